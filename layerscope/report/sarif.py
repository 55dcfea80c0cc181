"""The risks of an image as SARIF 2.1.0, which code hosts show."""

from collections.abc import Sequence
from urllib.parse import quote

from layerscope import __version__
from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.audit import Kind
from layerscope.report.audit import ADVICE, place_of
from layerscope.report.formats import to_json
from layerscope.report.instruction import instruction
from layerscope.report.row import Row

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"high": "error", "medium": "warning", "low": "note"}


def sarif(analysis: Analysis, rows: Sequence[Row]) -> str:
    """The whole document; `rows` are those of `risk_rows`."""
    rules = [{"id": kind, "shortDescription": {"text": kind}, "help": {"text": ADVICE[kind]}} for kind in Kind]
    driver = {"name": "layerscope", "version": __version__, "rules": rules}
    results = [_result(row, analysis.image.reference) for row in rows]
    runs = [{"tool": {"driver": driver}, "results": results}]
    return to_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": runs}) + "\n"


def _result(row: Row, reference: str) -> Row:
    """A result; what has no path is a place in the image itself."""
    uri = quote(display(row["path"]).lstrip("/") if row["path"] else display(reference))
    region = {"region": {"startLine": row["line"]}} if row["line"] else {}
    return {
        "ruleId": row["kind"],
        "level": _LEVELS[row["severity"]],
        "message": {"text": _message(row)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, **region}}],
        "properties": {"layer": row["layer"], "deletedBy": row["deletedBy"], "place": row["place"]},
    }


def _message(row: Row) -> str:
    layer = "" if row["layer"] is None else f", layer {row['layer']}"
    gone = "" if row["deletedBy"] is None else f", deleted by layer {row['deletedBy']}"
    command = instruction(row["command"])
    made = f" Instruction: {command}" if command else ""
    return f"{row['rule'] or row['kind']}: {place_of(row)}{layer}{gone}. {row['advice']}.{made}"
