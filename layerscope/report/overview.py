"""The overview in place of the explorer: the image, its layers, the top of its tree, the biggest waste."""

from layerscope.filesystem.nodes import ROOT
from layerscope.insight.analysis import Analysis
from layerscope.report.files import nodes_below, snapshot_rows
from layerscope.report.long_listing import mode_letters
from layerscope.report.row import Row
from layerscope.report.rows import layer_rows, unread_layers, waste_rows
from layerscope.report.text import image_lines, layer_lines, tree_lines, waste_lines

TOP_COUNT = 10


def overview_lines(analysis: Analysis, width: int | None = None) -> list[str]:
    """All parts of the overview, each below its heading."""
    layers, waste = layer_rows(analysis), waste_rows(analysis)
    lines = [
        *image_lines(analysis, width),
        *_part("Layers", layer_lines(layers, width, unread=unread_layers(analysis))),
        *_part("Files", tree_lines(top_rows(analysis), width)),
    ]
    if waste:
        lines += _part("Waste", waste_lines(waste[:TOP_COUNT], width))
    if len(waste) > TOP_COUNT:
        lines.append(f"and {len(waste) - TOP_COUNT:,} more")
    return lines


def top_rows(analysis: Analysis) -> list[Row]:
    """The entries of the root after the last layer, biggest first; `totalSize` includes all files below."""
    snapshot = analysis.stack.final
    nodes = nodes_below(analysis.stack.nodes, ROOT, recursive=False)
    nodes = nodes[snapshot.versions[nodes] >= 0]
    totals = snapshot.total_sizes[nodes].tolist()
    rows = zip(snapshot_rows(snapshot, nodes), totals, strict=True)
    top = [row | {"totalSize": total, "letters": mode_letters(row["type"], int(row["mode"], 8))} for row, total in rows]
    return sorted(top, key=lambda row: -row["totalSize"])


def _part(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, *lines]
