"""A survey as a page: pictures and tables of what many images share and waste."""

from __future__ import annotations

from itertools import groupby

from layerscope.report.html.image_page import DEAD, LIVE
from layerscope.report.html.page import Figure, Section, bars, label, page, table
from layerscope.report.row import Row
from layerscope.survey.extra import needed
from layerscope.survey.queries import SHARING, SIZES, Tables
from layerscope.survey.report import answers, cells, figure_count, headings

_MAX_LINES = 40
"""Repositories in the picture of sizes; those with most tags."""


def survey_page(tables: Tables) -> str:
    """The whole page; raises `UsageError` without plotly, or what `Tables.ask` raises."""
    found = answers(tables)
    pictures = {"biggest": _biggest, "waste": _waste, "causes": _causes}
    sections = []
    for name, (query, rows) in found.items():
        picture = pictures[name](rows) if name in pictures and rows else None
        body = table(headings(rows), cells(rows), figure_count(rows)) if rows else ""
        sections += [Section(query.title, body, picture)] if rows else []
    sections[2:2] = [
        Section("Sizes over tags, oldest first", figure=_sizes(tables.ask(SIZES))),
        Section("Bytes that repositories share", figure=_matrix(tables.ask(SHARING))),
    ]
    with needed("plotly", extra="html"):
        return page("Survey of images", sections)


def _biggest(rows: list[Row]) -> Figure:
    live = [row["unpacked_size"] - row["wasted_size"] for row in rows]
    parts = {"live": (LIVE, live), "wasted": (DEAD, [row["wasted_size"] for row in rows])}
    return bars([row["reference"] for row in rows], parts)


def _waste(rows: list[Row]) -> Figure:
    return bars([row["repository"] for row in rows], {"wasted": (DEAD, [row["wasted_size"] for row in rows])})


def _causes(rows: list[Row]) -> Figure:
    return bars([row["cause"] for row in rows], {"wasted": (DEAD, [row["wasted_size"] for row in rows])})


def _sizes(rows: list[Row]) -> Figure:
    """A line for each repository: the sizes of its tags."""
    lines = [(name, list(tags)) for name, tags in groupby(rows, lambda row: str(row["repository"]))]
    lines = sorted(lines, key=lambda line: -len(line[1]))[:_MAX_LINES]
    data = [
        {"type": "scatter", "mode": "lines+markers", "name": label(name), "y": [tag["size"] for tag in tags],
         "text": [label(tag["tag"]) for tag in tags], "hovertemplate": "%{text}: %{y:.4s}B"}
        for name, tags in lines
    ]  # fmt: skip
    axis = {"title": {"text": "tags, oldest first"}, "showticklabels": False}
    size = {"ticksuffix": "B", "tickformat": "~s", "rangemode": "tozero", "automargin": True}
    return {"data": data, "layout": {"height": 420, "xaxis": axis, "yaxis": size, "showlegend": True}}


def _matrix(rows: list[Row]) -> Figure:
    """How many bytes of blobs each pair of repositories shares; the diagonal has all bytes of a repository."""
    names = list(dict.fromkeys(row["a"] for row in rows))
    sizes = {(row["a"], row["b"]): row["size"] for row in rows}
    labels = [label(name) for name in names]
    data = {
        "type": "heatmap", "x": labels, "y": labels, "z": [[sizes.get((a, b), 0) for b in names] for a in names],
        "colorscale": "YlGnBu", "zmin": 0, "reversescale": True, "colorbar": {"ticksuffix": "B", "tickformat": "~s"},
        "hovertemplate": "%{x}<br>%{y}<br>%{z:.4s}B<extra></extra>",
    }  # fmt: skip
    axis = {"automargin": True}
    height = 200 + 24 * len(names)
    return {"data": [data], "layout": {"height": height, "xaxis": axis, "yaxis": axis | {"autorange": "reversed"}}}
