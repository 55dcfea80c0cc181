"""Bars: thin lines of one row, exact to half a cell."""

from layerscope.tui.lines.glyphs import DEAD, FULL, HALF, TRACK
from layerscope.tui.lines.spans import Span


def share_bar(part: int, whole: int, width: int, style: str = "bar") -> Span:
    """The share of the part in the whole, to the nearest half cell: a tiny share is an empty bar."""
    halves = 0 if whole <= 0 else min(2 * width, round(2 * width * part / whole))
    full, rest = divmod(halves, 2)
    return Span((FULL * full + HALF * rest).ljust(width), style)


def layer_bar(live: int, dead: int, whole: int, width: int) -> tuple[Span, Span, Span]:
    """The share of a layer in the whole image, filled with its live and its dead bytes; blank if it has no bytes.

    Any byte is half a cell at least. Dead bytes that are less than half a cell are not drawn, and so are live ones.
    """
    size = live + dead
    halves = 0 if not size else min(max(round(2 * width * size / max(whole, 1)), 1), 2 * width)
    cells, rest = divmod(halves, 2)
    dead_cells = round(halves * dead / size) // 2 if size else 0
    if halves == 1:
        style = "bar-dead" if dead > live else "bar-live"
        return Span(HALF, style), Span(""), Span(" " * (width - 1))
    living = FULL * (cells - dead_cells) + (HALF if rest and not dead_cells else "")
    ended = DEAD * (dead_cells + (rest if dead_cells else 0))
    return Span(living, "bar-live"), Span(ended, "bar-dead"), Span(" " * max(width - len(living) - len(ended), 0))


def progress_bar(received: int, size: int, width: int) -> tuple[Span, Span]:
    """How much of a blob has arrived."""
    cells = min(width * received // size, width) if size else 0
    return Span(FULL * cells, "progress"), Span(TRACK * (width - cells), "faint")
