"""The characters that pictures are drawn with: Unicode, or ASCII where the locale has nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of characters, each one cell wide."""

    opened: str
    closed: str
    guide: str
    full: str
    half: str
    dead: str
    progress: str
    track: str
    arrow: str
    selected: str
    marked: str
    dot: str


UNICODE = Glyphs("▾", "▸", "│", "━", "╸", "╌", "━", "─", "→", "▌", "┃", "·")
ASCII = Glyphs("v", ">", "|", "=", "-", ".", "=", ".", "->", ">", "|", "-")


def glyphs_for(environ: Mapping[str, str] = os.environ) -> Glyphs:
    """ASCII where the user asked for the C locale by name; a locale that is not set says nothing of the terminal."""
    for variable in ("LC_ALL", "LANG"):
        if value := environ.get(variable):
            return ASCII if value in ("C", "POSIX") else UNICODE
    return UNICODE
