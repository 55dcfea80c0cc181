"""The characters that lines and bars are drawn with, and their ASCII substitutes for other locales."""

import os
from collections.abc import Mapping

from layerscope.tui.cells import cell_width

OPENED, CLOSED, GUIDE = "▾", "▸", "│"
FULL, HALF, DEAD, TRACK = "━", "╸", "╌", "─"
ARROW, COMPARED, DOT, ELLIPSIS = "→", "┃", "·", "…"
MARKED = "●"

_IN_ASCII = dict(zip("▾▸│━╸╌─→┃·…●", "v>|=-.->|-~x", strict=True)) | {"🔎": "> "}
_LINES, _BLOCKS = range(0x2500, 0x2580), range(0x2580, 0x25A0)
_LEVEL, _UPRIGHT = "═┄┅┈┉╍╴╶╺╼╾", "║┆┇┊┋╎╏╵╷╹╻╽╿▌▍▎▏▐▕▊▉"
"""Of box-drawing characters those that are no corners, and of blocks those that borders are made of."""


def wants_ascii(environ: Mapping[str, str]) -> bool:
    """Whether the user asked for the C locale by name; an unset locale says nothing about the terminal."""
    locale = environ.get("LC_ALL") or environ.get("LANG") or ""
    return locale in ("C", "POSIX")


ASCII_ONLY = wants_ascii(os.environ)


def in_ascii(text: str) -> str:
    """The text in ASCII, with the same width."""
    return text if text.isascii() else "".join(char if char.isascii() else _alike(char) for char in text)


def _alike(char: str) -> str:
    """The most similar ASCII character; the ends of scrollbars, which are parts of a block, become blank."""
    if char in _IN_ASCII:
        return _IN_ASCII[char]
    if char in _LEVEL:
        return "-"
    if char in _UPRIGHT:
        return "|"
    if ord(char) in _LINES:
        return "+"
    if ord(char) in _BLOCKS:
        return " "
    return "?" * cell_width(char)
