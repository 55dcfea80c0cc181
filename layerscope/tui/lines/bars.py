"""Bars of block characters, exact to an eighth of a cell, or of plain ASCII."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.spans import Span

if TYPE_CHECKING:
    from layerscope.tui.lines.glyphs import Glyphs


def share_bar(part: int, whole: int, width: int, glyphs: Glyphs, style: str = "bar") -> Span:
    """How much of the whole the part is; something that is not nothing shows at least a trace."""
    eighths = 0 if whole <= 0 else min(8 * width, max(8 * width * part // whole, 1 if part > 0 else 0))
    full, rest = divmod(eighths, 8)
    text = glyphs.full * full + (glyphs.parts[rest] if rest else "")
    return Span(text.ljust(width), style)


def split_bar(live: int, dead: int, width: int, glyphs: Glyphs) -> tuple[Span, Span]:
    """The live and the dead share of a layer, which fill the width together; nothing where there are no bytes."""
    whole = live + dead
    if not whole:
        return Span(" " * width, "bar"), Span("")
    cells = round(width * live / whole)
    cells = min(max(cells, 1 if live else 0), width - 1 if dead else width)
    return Span(glyphs.full * cells, "bar-live"), Span(glyphs.hollow * (width - cells), "bar-dead")


def progress_bar(received: int, size: int, width: int, glyphs: Glyphs) -> tuple[Span, Span]:
    """How much of a blob has arrived."""
    cells = min(width * received // size, width) if size else 0
    return Span(glyphs.progress * cells, "progress"), Span(glyphs.track * (width - cells), "faint")
