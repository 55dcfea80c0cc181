"""The formats of `export`, by name, and the JSON report, version 1."""

import json
from collections.abc import Callable, Mapping
from importlib import resources

from layerscope.errors import UsageError, install_hint
from layerscope.insight.analysis import Analysis
from layerscope.report.dive_json import dive_report
from layerscope.report.markdown import markdown_report
from layerscope.report.row import Row
from layerscope.report.rows import history_rows, image_row, layer_rows, warnings, waste_rows
from layerscope.report.waste_csv import waste_csv

SCHEMA_VERSION = 1


def report(analysis: Analysis) -> Row:
    """The whole report as one object."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "image": image_row(analysis),
        "layers": layer_rows(analysis),
        "history": history_rows(analysis),
        "waste": waste_rows(analysis),
        "warnings": warnings(analysis),
    }


def to_json(value: object) -> str:
    """Indented JSON. Lone surrogates and control characters are escaped, so that the result is always UTF-8."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return text if _is_clean(text) else json.dumps(value, indent=2, allow_nan=False)


def _is_clean(text: str) -> bool:
    """Whether the text has no character that can control a terminal or break UTF-8."""
    return all(char.isprintable() for line in text.split("\n") for char in line)


def schema(name: str = "report") -> Row:
    """The JSON Schema (draft 2020-12) that every `report`, or every `diff`, follows."""
    text = resources.files("layerscope.report").joinpath("schema", f"{name}-v{SCHEMA_VERSION}.json").read_text("utf-8")
    parsed: Row = json.loads(text)
    return parsed


def _json(analysis: Analysis) -> str:
    return to_json(report(analysis)) + "\n"


def _dive_json(analysis: Analysis) -> str:
    return to_json(dive_report(analysis)) + "\n"


def _cyclonedx(analysis: Analysis) -> str:
    try:
        from layerscope.report.cyclonedx import sbom
    except ImportError as error:
        raise UsageError(
            "`--format cyclonedx` needs the library cyclonedx-python-lib", hint=install_hint("sbom")
        ) from error
    return sbom(analysis)


def _html(analysis: Analysis) -> str:
    try:
        from layerscope.report.html.image_page import image_page

        return image_page(analysis)
    except ImportError as error:
        raise UsageError("`--format html` needs the library plotly", hint=install_hint("html")) from error


REPORTS: Mapping[str, Callable[[Analysis], str]] = {
    "json": _json,
    "dive-json": _dive_json,
    "csv": waste_csv,
    "markdown": markdown_report,
    "cyclonedx": _cyclonedx,
    "html": _html,
}
"""Each function returns the whole text of the report."""
