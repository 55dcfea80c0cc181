"""The answers of a survey as text and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from layerscope.display import display
from layerscope.report.row import Row
from layerscope.report.table import NONE, Column, natural_size, table
from layerscope.report.tag_sizes import signed_size
from layerscope.survey.queries import QUERIES, Query, Tables

Answers = Mapping[str, tuple[Query, list[Row]]]
_MAX_CELL = 400


def answers(tables: Tables) -> Answers:
    """The rows of each query that the tables can answer."""
    known = {name: query for name, query in QUERIES.items() if not query.needs_files or "files" in tables.names}
    return {name: (query, json_values(tables.ask(query.sql))) for name, query in known.items()}


def answers_text(found: Answers, width: int | None = None) -> str:
    """Each answer below its title; an answer without rows is left out."""
    parts = ["\n".join([query.title, *row_lines(rows, width)]) for query, rows in found.values() if rows]
    if "duplicates" not in found:
        parts.append("To find the same files in several layers, run the survey with `--files`.")
    return "\n\n".join(parts) + "\n"


def row_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """A table of rows that have the same columns. A column that ends in `_size` is shown as a size."""
    if not rows:
        return []
    columns = [Column(_heading(name), is_figure=_is_figure(rows, name)) for name in rows[0]]
    return table(columns, cells(rows), width)


def headings(rows: Sequence[Row]) -> list[str]:
    """The headings of the columns of rows."""
    return [_heading(name) for name in rows[0]] if rows else []


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """The values of rows as text."""
    return [[_cell(name, value) for name, value in row.items()] for row in rows]


def figure_count(rows: Sequence[Row]) -> int:
    """How many of the first columns are figures."""
    return next((number for number, name in enumerate(rows[0]) if not _is_figure(rows, name)), len(rows[0]))


def json_values(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows with values of JSON only; a value of another type, such as a date, becomes text."""
    return [{name: _json_value(value) for name, value in row.items()} for row in rows]


def _json_value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _json_value(item) for name, item in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _heading(name: str) -> str:
    return (
        "size"
        if name == "unpacked_size"
        else display(name.removesuffix("_size").replace("_count", "s").replace("_", " "), limit=60)
    )


def _is_figure(rows: Sequence[Row], name: str) -> bool:
    return all(isinstance(row[name], int | float | None) for row in rows)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return NONE
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_size"):
        return signed_size(value) if name == "growth_size" else natural_size(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return display(str(value), limit=_MAX_CELL)
