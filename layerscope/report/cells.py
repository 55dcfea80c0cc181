"""How wide text is on a terminal: East Asian characters take two cells, combining marks none."""

from __future__ import annotations

from unicodedata import category, east_asian_width

ELLIPSIS = "…"


def cell_width(text: str) -> int:
    """The cells that text takes; it has passed `layerscope.display.display`, so it has no control characters."""
    return len(text) if text.isascii() else sum(map(_width, text))


def cut(text: str, width: int) -> str:
    """The text in no more than `width` cells, the last of them an ellipsis where something is left out."""
    if cell_width(text) <= width:
        return text
    taken, used = [], len(ELLIPSIS)
    for char in text:
        used += _width(char)
        if used > width:
            break
        taken.append(char)
    return "".join(taken) + ELLIPSIS if width > 0 else ""


def cut_start(text: str, width: int) -> str:
    """The end of the text in no more than `width` cells, as the end of a path tells more than its start."""
    if cell_width(text) <= width:
        return text
    room = width - len(ELLIPSIS)
    start = len(text)
    while start and (room := room - _width(text[start - 1])) >= 0:
        start -= 1
    return ELLIPSIS + text[start:] if width > 0 else ""


def _width(char: str) -> int:
    if category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
