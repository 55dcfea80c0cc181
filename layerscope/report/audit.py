"""The risks of an image as rows and as text. Instructions are shown with a mask in place of each secret."""

import shlex
from collections.abc import Sequence

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.audit import Kind, Risk
from layerscope.report.failures import incomplete
from layerscope.report.instruction import instruction
from layerscope.report.row import Row
from layerscope.report.rows import path_fields
from layerscope.report.table import NONE, Column, cut_start, table
from layerscope.secrets.detector import masked

_COLUMNS = (
    Column("severity"),
    Column("kind"),
    Column("layer", is_figure=True),
    Column("place"),
    Column("what to do"),
    Column("instruction"),
)
_WIDE = 140
"""Columns of a terminal from which on there is room for the instruction."""
_LONGEST_COMMAND = 20_000
_REBUILD = "Replace the secret. Build without it: use `RUN --mount=type=secret`"
ADVICE = {
    Kind.SECRET: _REBUILD,
    Kind.CREDENTIALS_FILE: "Check whether the file has a secret. Add it to `.dockerignore`",
    Kind.SETUID: "Remove the bit if nobody needs it: `chmod u-s {path}`",
    Kind.SETGID: "Remove the bit if nobody needs it: `chmod g-s {path}`",
    Kind.CAPABILITIES: "Remove the capabilities if nobody needs them: `setcap -r {path}`",
    Kind.WORLD_WRITABLE: "Let only its owner write: `chmod o-w {path}`",
    Kind.ROOT_USER: "Set a user that is not root: `USER 1000`",
    Kind.BROKEN_SYMLINK: "Delete the symlink, or add its target",
}


def risk_rows(analysis: Analysis, risks: Sequence[Risk]) -> list[Row]:
    """Each risk as a row. `layer` brought it, `deletedBy` deleted it but the image still ships it."""
    return [_row(analysis, risk) for risk in risks]


def risk_lines(rows: Sequence[Row], width: int | None = None, *, gap: str = "") -> list[str]:
    """A table of risks in the given order, and below it their number; `gap` says which layers were not read."""
    if not rows:
        return ["no risks found" + incomplete(gap)]
    wide = width is None or width >= _WIDE
    cells = [_cells(row, max(width // 2 - 10, 20) if width else None) for row in rows]
    lines = table(_COLUMNS if wide else _COLUMNS[:-1], [row if wide else row[:-1] for row in cells], width)
    count = len(rows)
    return [*lines, f"{count:,} {'risk' if count == 1 else 'risks'}{incomplete(gap)}"]


def place_of(row: Row) -> str:
    """The path of a risk with its line, or its place in the config; safe for display."""
    if row["path"] is None:
        return display(row["place"], limit=200)
    return display(row["path"]) + (f":{row['line']}" if row["line"] else "")


def _row(analysis: Analysis, risk: Risk) -> Row:
    return {
        "kind": str(risk.kind),
        "severity": risk.severity.name.lower(),
        **({"path": None} if risk.path is None else path_fields(risk.path)),
        "line": risk.line,
        "place": risk.place or None,
        "rule": risk.rule or None,
        "layer": risk.layer,
        "deletedBy": risk.killer,
        "command": masked(_command(analysis, risk)[:_LONGEST_COMMAND]),
        "advice": ADVICE[risk.kind].replace("{path}", shlex.quote(f"/{display(risk.path or b'')}")),
    }


def _command(analysis: Analysis, risk: Risk) -> str:
    if risk.step is not None:
        return analysis.image.steps[risk.step].entry.created_by
    return analysis.command(risk.layer) if risk.layer is not None else ""


def _cells(row: Row, longest: int | None) -> tuple[str, ...]:
    place = place_of(row)
    gone = f", deleted by layer {row['deletedBy']}" if row["deletedBy"] is not None else ""
    return (
        row["severity"],
        row["rule"] or row["kind"],
        NONE if row["layer"] is None else str(row["layer"]),
        (cut_start(place, longest - len(gone)) if longest else place) + gone,
        row["advice"],
        instruction(row["command"]) or NONE,
    )
