"""The formats of `export`, by name."""

from collections.abc import Callable, Mapping

from layerscope.insight.analysis import Analysis
from layerscope.report.dive_json import dive_report
from layerscope.report.export_json import report, to_json
from layerscope.report.markdown import markdown_report
from layerscope.report.waste_csv import waste_csv


def _json(analysis: Analysis) -> str:
    return to_json(report(analysis)) + "\n"


def _dive_json(analysis: Analysis) -> str:
    return to_json(dive_report(analysis)) + "\n"


REPORTS: Mapping[str, Callable[[Analysis], str]] = {
    "json": _json,
    "dive-json": _dive_json,
    "csv": waste_csv,
    "markdown": markdown_report,
}
"""Each function returns the whole text of the report."""
