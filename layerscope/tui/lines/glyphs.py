"""The characters that pictures are drawn with, and ASCII in their place where the locale has nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENED, CLOSED, GUIDE = "▾", "▸", "│"
FULL, HALF, DEAD, TRACK = "━", "╸", "╌", "─"
ARROW, COMPARED, DOT, ELLIPSIS = "→", "┃", "·", "…"

_IN_ASCII = dict(zip("▾▸│━╸╌─→┃·…", "v>|=-.->|-~", strict=True))


def wants_ascii(environ: Mapping[str, str]) -> bool:
    """Whether the user asked for the C locale by name; a locale that is not set says nothing of the terminal."""
    locale = environ.get("LC_ALL") or environ.get("LANG") or ""
    return locale in ("C", "POSIX")


ASCII_ONLY = wants_ascii(os.environ)


def drawn(text: str) -> str:
    """The text as the terminal can show it: in ASCII, if that is wanted, and as wide as it was."""
    if not ASCII_ONLY or text.isascii():
        return text
    return "".join(char if char.isascii() else _IN_ASCII.get(char, "?" * cell_len(char)) for char in text)
