"""Modes in letters, as `ls -l` writes them."""

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


def mode_letters(type_name: str, mode: int) -> str:
    """The type, as rows name it, and the permission bits, as in `drwxr-xr-x`.

    The letter of a hardlink is `h`, that of a whiteout `w`.
    """
    return _TYPE_LETTERS[type_name] + stat.filemode(mode)[1:]
