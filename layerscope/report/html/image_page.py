"""One image as a page: its figures, files, layers, waste, savings, and its Dockerfile with heat."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from layerscope.insight.analysis import Analysis
from layerscope.insight.savings import find_savings
from layerscope.report.dockerfile import step_lines
from layerscope.report.html.page import Figure, Section, bars, page, table
from layerscope.report.html.tree import size_tree
from layerscope.report.instruction import instruction
from layerscope.report.row import Row
from layerscope.report.rows import history_rows, image_row, layer_rows, warnings
from layerscope.report.table import natural_size, percent, pull_cell
from layerscope.report.waste import saving_rows

LIVE, DEAD = "#2f8f5b", "#cf4a32"
_FATES = {
    "live": (LIVE, "liveSize"),
    "overwritten": ("#d98324", "overwrittenSize"),
    "deleted": (DEAD, "deletedSize"),
    "shadowed": ("#8c5fb0", "shadowedSize"),
}
_MAX_SAVINGS = 100


def image_page(analysis: Analysis) -> str:
    """The whole page; raises `ImportError` without plotly."""
    image, layers = image_row(analysis), layer_rows(analysis)
    savings = saving_rows(analysis, find_savings(analysis.accounting))
    sections = [
        Section(image["reference"], _summary(image) + _problems(warnings(analysis))),
        Section("Files", tree=size_tree(analysis.accounting)),
        Section("Layers", figure=_layer_bars(layers)),
        Section("Waste and savings by cause", figure=_cause_bars(savings)) if savings else None,
        Section("What to change", _saving_table(savings)) if savings else None,
        Section("Dockerfile", _heat(history_rows(analysis))),
    ]
    return page(image["reference"], [section for section in sections if section])


def _summary(image: Row) -> str:
    rows = [
        (image["digest"] or "", "digest"),
        (image["platform"], "platform"),
        (natural_size(image["size"]), "size"),
        (pull_cell(image), "pull"),
        (natural_size(image["wastedSize"]), "wasted"),
        (percent(image["efficiency"]), "efficiency"),
        *([(image["incomplete"], "incomplete")] if image["incomplete"] else []),
    ]
    return table(("", ""), [(name, value) for value, name in rows], 0)


def _problems(found: list[str]) -> str:
    return table(("Warnings",), [(sentence,) for sentence in found], 0) if found else ""


def _layer_bars(layers: list[Row]) -> Figure:
    labels = [f"{row['index']}  {instruction(row['command'])}" for row in layers]
    return bars(labels, {name: (colour, [row[key] for row in layers]) for name, (colour, key) in _FATES.items()})


def _cause_bars(savings: list[Row]) -> Figure:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in savings:
        sums[row["title"]][row["killedBy"] is None] += row["size"]
    titles = sorted(sums, key=lambda title: -sum(sums[title]))
    parts = {"wasted": (DEAD, 0), "live, but not needed": ("#d9b13b", 1)}
    return bars(titles, {name: (colour, [sums[title][at] for title in titles]) for name, (colour, at) in parts.items()})


def _saving_table(savings: list[Row]) -> str:
    rows = [
        (natural_size(row["size"]), str(row["layer"]), row["title"], row["advice"], row["paths"][0])
        for row in savings[:_MAX_SAVINGS]
    ]
    return table(("saves", "layer", "cause", "advice", "biggest path"), rows, 2)


def _heat(steps: list[Row]) -> str:
    """The steps as a Dockerfile; the bar behind a step is its share of the biggest layer."""
    biggest = max((step.get("size", 0) for step in steps), default=0) or 1
    lines = []
    for step in steps:
        size, share = step.get("size", 0), 100 * step.get("size", 0) / biggest
        shown = natural_size(size) if step["layer"] is not None else ""
        text = escape("\n".join(step_lines(step)))
        lines.append(f'<tr><td>{shown}</td><td class="code heat" style="--share: {share:.1f}%">{text}</td></tr>')
    return f'<div class="scroll"><table class="figures1">{"".join(lines)}</table></div>'
