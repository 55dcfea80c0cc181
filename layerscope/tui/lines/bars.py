"""Bars: thin lines of one row, exact to half a cell."""

from layerscope.tui.lines.glyphs import DEAD, FULL, HALF, TRACK
from layerscope.tui.lines.spans import Span


def share_bar(part: int, whole: int, width: int, style: str = "bar") -> Span:
    """The share of the part in the whole, to the nearest half cell: a tiny share is an empty bar."""
    halves = 0 if whole <= 0 else min(2 * width, round(2 * width * part / whole))
    full, rest = divmod(halves, 2)
    return Span((FULL * full + HALF * rest).ljust(width), style)


def split_bar(live: int, dead: int, width: int) -> tuple[Span, Span]:
    """The live and the dead share of a layer, which fill the width together; blank if the layer has no bytes."""
    whole = live + dead
    if not whole:
        return Span(" " * width, "bar"), Span("")
    cells = round(width * live / whole)
    cells = min(max(cells, 1 if live else 0), width - 1 if dead else width)
    return Span(FULL * cells, "bar-live"), Span(DEAD * (width - cells), "bar-dead")


def progress_bar(received: int, size: int, width: int) -> tuple[Span, Span]:
    """How much of a blob has arrived."""
    cells = min(width * received // size, width) if size else 0
    return Span(FULL * cells, "progress"), Span(TRACK * (width - cells), "faint")
