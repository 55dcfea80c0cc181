"""The waste as CSV (RFC 4180): one row per dead file version."""

import csv
import io

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.report.rows import waste_rows

COLUMNS = ("path", "size", "compressedSize", "fate", "layer", "killedBy", "command", "layerCommand", "metadataOnly")
_FORMULA_STARTS = ("=", "+", "-", "@")


def waste_csv(analysis: Analysis) -> str:
    """The header and one line per row. Text is escaped for display, and never starts a formula in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in waste_rows(analysis):
        writer.writerow(_cell(row[column]) for column in COLUMNS)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    text = display(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
