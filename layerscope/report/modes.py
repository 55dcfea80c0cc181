"""Modes in letters, as `ls -l` writes them."""

from __future__ import annotations

import stat

_TYPE_LETTERS = {
    "file": "-",
    "directory": "d",
    "symlink": "l",
    "hardlink": "h",
    "character-device": "c",
    "block-device": "b",
    "fifo": "p",
    "whiteout": "w",
    "opaque-whiteout": "w",
}


def mode_letters(type_word: str, mode: int) -> str:
    """`drwxr-xr-x` for the type of an entry, as rows name it, and its permission bits; `h` and `w` are tar's own."""
    return _TYPE_LETTERS[type_word] + stat.filemode(mode)[1:]
