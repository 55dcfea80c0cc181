"""Wasted paths and savings, as rows and as text."""

from collections.abc import Iterable, Sequence

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.fates import FATE_NAMES, NO_LAYER
from layerscope.insight.saving import Saving
from layerscope.insight.waste import Waste
from layerscope.report.failures import incomplete
from layerscope.report.instruction import instruction
from layerscope.report.row import Row
from layerscope.report.rows import path_fields
from layerscope.report.table import Column, cut_start, natural_size, part_of_pull, pull_cell, table

_COLUMNS = (
    Column("size", is_figure=True),
    Column("pull", is_figure=True),
    Column("fate"),
    Column("layer", is_figure=True),
    Column("ended by", is_figure=True),
    Column("path"),
    Column("ended by instruction"),
)
_INDENT = "  "
_END_OF_RUN = "to the end of the RUN that makes layer"
_NO_RUN = ("ADD ", "COPY ", "#")
"""How instructions start that copy files; scripts that make base images record themselves as a comment."""


def wasted_rows(analysis: Analysis, found: Iterable[Waste]) -> list[Row]:
    """Wasted paths as rows; `fileCount` is 1 for a file, and the number of dead files for a directory."""
    return [
        {
            **path_fields(analysis.stack.nodes.path(waste.node)),
            "fileCount": waste.file_count,
            "size": waste.size,
            "compressedSize": waste.compressed_size,
            "pullKnown": analysis.image.layers[waste.layer].is_pull_known,
            "fate": FATE_NAMES[waste.fate],
            "metadataOnly": waste.metadata_only,
            "layer": waste.layer,
            "killedBy": waste.killer,
            "command": analysis.command(waste.killer),
        }
        for waste in found
    ]


def wasted_lines(rows: Sequence[Row], width: int | None = None, *, gap: str = "", filters: str = "") -> list[str]:
    """A table of wasted paths in the given order, and below it their totals.

    `gap` says which layers were not read: the waste in them, or by them, is unknown. `filters` names the options that
    chose the rows.
    """
    if not rows:
        return [_none("no waste matches", "nothing is wasted", "no waste was found", gap, filters)]
    longest = width // 3 if width else None
    cells = [
        (
            natural_size(row["size"]),
            pull_cell(row),
            fate_text(row["fate"], metadata_only=row["metadataOnly"]),
            str(row["layer"]),
            str(row["killedBy"]),
            _path(row, longest),
            instruction(row["command"]),
        )
        for row in rows
    ]
    return [*table(_COLUMNS, cells, width), _totals(rows) + incomplete(gap)]


def fate_text(fate: str, *, metadata_only: bool) -> str:
    """The fate as people read it: content that was overwritten with the same content is `metadata only`."""
    return f"{fate} (metadata only)" if metadata_only else fate


def saving_rows(analysis: Analysis, found: Iterable[Saving]) -> list[Row]:
    """Savings as rows; `killedBy` is None if the bytes are live. The paths are sorted by size.

    `originals` has, for each path of a duplicate, the path that keeps the content.
    """
    return [
        {
            "cause": saving.cause,
            "title": saving.title,
            "advice": advice_of(saving, analysis.command(saving.layer)),
            "size": saving.size,
            "compressedSize": saving.compressed_size,
            "pullKnown": analysis.image.layers[saving.layer].is_pull_known,
            "layer": saving.layer,
            "killedBy": None if saving.killer == NO_LAYER else saving.killer,
            "command": analysis.command(saving.layer),
            "paths": [path_fields(analysis.stack.nodes.path(node))["path"] for node in saving.nodes],
            "originals": [path_fields(analysis.stack.nodes.path(node))["path"] for node in saving.originals],
        }
        for saving in found
    ]


def advice_of(saving: Saving, command: str) -> str:
    """What to change; a layer that the raw `command` did not make with a RUN has no end to add a command to."""
    is_about_run = _END_OF_RUN in saving.advice
    if is_about_run and instruction(command).startswith(_NO_RUN):
        return f"layer {saving.layer} is not made by a RUN: use a base image without them"
    return saving.advice


def saving_lines(rows: Sequence[Row], *, gap: str = "", filters: str = "") -> list[str]:
    """What to change, most bytes first: size and cause, advice, instruction and paths. Nothing is cut.

    `gap` says which layers were not read. `filters` names the options that chose the rows.
    """
    if not rows:
        return [_none("no saving matches", "no savings were found", "no savings were found", gap, filters)]
    lines = []
    for row in rows:
        lines += [
            f"{_with_pull(row['size'], [row])}: {row['title']}",
            f"{_INDENT}{row['advice']}",
            f"{_INDENT}layer {row['layer']}: {instruction(row['command']) or 'no instruction is recorded'}",
            f"{_INDENT}{_first_path(row)}{_others(row)}",
        ]
    return [*lines, f"total {_with_pull(sum(row['size'] for row in rows), rows)}" + incomplete(gap)]


def _with_pull(size: int, rows: Sequence[Row]) -> str:
    """The size, and the share of the pull that the rows are, if it is known."""
    known = all(row["pullKnown"] for row in rows)
    return f"{natural_size(size)} {part_of_pull(sum(row['compressedSize'] for row in rows) if known else None)}"


def _none(no_match: str, nothing: str, not_found: str, gap: str, filters: str) -> str:
    if filters:
        return f"{no_match} {filters}{incomplete(gap)}"
    return f"{not_found} in the parts that were read; {gap}" if gap else nothing


def _path(row: Row, longest: int | None) -> str:
    path = cut_start(display(row["path"]), longest) if longest else display(row["path"])
    return path + (f" ({row['fileCount']:,} files)" if row["fileCount"] > 1 else "")


def _first_path(row: Row) -> str:
    same = f" (a copy of {display(row['originals'][0])})" if row["originals"] else ""
    return display(row["paths"][0]) + same


def _others(row: Row) -> str:
    count, one, several = len(row["paths"]) - 1, *(("copy", "copies") if row["originals"] else ("file", "files"))
    return f" and {count:,} more {one if count == 1 else several}" if count else ""


def _totals(rows: Sequence[Row]) -> str:
    """The sum, then the sum of each fate."""
    total = _with_pull(sum(row["size"] for row in rows), rows)
    fates = dict.fromkeys(row["fate"] for row in rows)
    parts = (f"{natural_size(sum(row['size'] for row in rows if row['fate'] == fate))} {fate}" for fate in fates)
    return f"total {total}: {', '.join(parts)}"
