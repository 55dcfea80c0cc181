"""Modes in letters, as `ls -l` writes them."""

from __future__ import annotations

import stat

from layerscope.layers.layer_index import EntryType

_FORMATS = {
    EntryType.REGULAR: stat.S_IFREG,
    EntryType.HARDLINK: stat.S_IFREG,
    EntryType.SYMLINK: stat.S_IFLNK,
    EntryType.CHARACTER_DEVICE: stat.S_IFCHR,
    EntryType.BLOCK_DEVICE: stat.S_IFBLK,
    EntryType.DIRECTORY: stat.S_IFDIR,
    EntryType.FIFO: stat.S_IFIFO,
}


def mode_letters(entry_type: int, mode: int) -> str:
    """`-rwxr-xr-x` for a type of entry and its permission bits."""
    return stat.filemode(_FORMATS.get(EntryType(entry_type), 0) | mode)
