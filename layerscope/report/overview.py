"""The overview in place of the explorer: the image, its layers, the top of its tree, the biggest waste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.filesystem.nodes import ROOT
from layerscope.report.files import nodes_below, snapshot_rows
from layerscope.report.gaps import unread_layers
from layerscope.report.modes import mode_letters
from layerscope.report.rows import Row, layer_rows, waste_rows
from layerscope.report.text import image_lines, layer_lines, tree_lines, waste_lines

if TYPE_CHECKING:
    from layerscope.insight.image_facts import ImageFacts

TOP_COUNT = 10


def overview_lines(facts: ImageFacts, width: int | None = None) -> list[str]:
    """All parts of the overview, each below its heading."""
    layers, waste = layer_rows(facts), waste_rows(facts)
    lines = [
        *image_lines(facts, width),
        *_part("Layers", layer_lines(layers, width, unread=unread_layers(facts))),
        *_part("Files", tree_lines(top_rows(facts), width)),
    ]
    if waste:
        lines += _part("Waste", waste_lines(waste[:TOP_COUNT], width))
    if len(waste) > TOP_COUNT:
        lines.append(f"and {len(waste) - TOP_COUNT:,} more")
    return lines


def top_rows(facts: ImageFacts) -> list[Row]:
    """The entries of the root after the last layer, biggest first; `totalSize` includes all files below."""
    snapshot = facts.stack.final
    nodes = nodes_below(facts.stack.nodes, ROOT, recursive=False)
    nodes = nodes[snapshot.versions[nodes] >= 0]
    totals = snapshot.total_sizes[nodes].tolist()
    rows = zip(snapshot_rows(snapshot, nodes), totals, strict=True)
    top = [row | {"totalSize": total, "letters": mode_letters(row["type"], int(row["mode"], 8))} for row, total in rows]
    return sorted(top, key=lambda row: -row["totalSize"])


def _part(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, *lines]
