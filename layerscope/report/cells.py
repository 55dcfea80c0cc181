"""The cells of a terminal that text takes: East Asian characters take two, combining marks none."""

from unicodedata import category, east_asian_width

ELLIPSIS = "…"
NONE = "-"
"""The cell of a value that is unknown or does not exist."""

_DIGEST_WIDTH = 12
"""Hex digits of a short digest: enough to distinguish the layers of an image."""


def cell_width(text: str) -> int:
    """The cells that the text takes. The text has no control characters, as it has passed `display`."""
    return len(text) if text.isascii() else sum(map(_width, text))


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells; an ellipsis at the end stands for what is left out."""
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
    """The end of the text in at most `width` cells, as the end of a path says more than its start."""
    if cell_width(text) <= width:
        return text
    room = width - len(ELLIPSIS)
    start = len(text)
    while start and (room := room - _width(text[start - 1])) >= 0:
        start -= 1
    return ELLIPSIS + text[start:] if width > 0 else ""


def digest_cell(digest: str | None, *, short: bool) -> str:
    """The digest; with `short`, only its first hex digits."""
    if digest is None:
        return NONE
    return digest.partition(":")[2][:_DIGEST_WIDTH] if short else digest


def _width(char: str) -> int:
    if category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
