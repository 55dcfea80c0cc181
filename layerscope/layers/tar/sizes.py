"""The size of the data after a header, which is all that the scanner needs to find the next header."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.tar import fields
from layerscope.layers.tar.extras import Extras
from layerscope.layers.tar.numbers import header_number
from layerscope.layers.tar.types import HEADER_ONLY, OLD_REGULAR, REGULAR

Size = TypeVar("Size", int, "NDArray[np.int64]")

MAX_FILE_SIZE = 1 << 53
"""Maximum bytes of a file, holes included: no file system and no JSON number can hold more."""

_BLANKS = b" \0"
_WITH_DATA = REGULAR - {OLD_REGULAR}


def plain_size(header: bytes) -> int:
    """The size of the data after an ordinary header; -1 if only `stored_size` can say."""
    kind = header[156]
    if kind in _WITH_DATA or (kind == OLD_REGULAR and not _may_be_directory(header)):
        digits = header[124:135]
        if digits.isdigit() and header[135] in _BLANKS:
            try:
                return int(digits, 8)
            except ValueError:
                return -1
    return 0 if kind in HEADER_ONLY else -1


def size_field(header: bytes) -> int:
    """The size field of a header of any type; raises `ValueError`."""
    digits = header[124:135]
    if digits.isdigit() and header[135] in _BLANKS and b"8" not in digits and b"9" not in digits:
        return int(digits, 8)
    return header_number(header[fields.SIZE])


def stored_size(header: bytes, extras: Extras) -> int:
    """The size of the data after any header; raises `ValueError` if no file can have that size.

    A wrong number in the header is an error even if a PAX record replaces it, as in Go's archive/tar.
    """
    kind = header[fields.TYPE]
    if kind in HEADER_ONLY or (kind == OLD_REGULAR and _is_directory(header, extras)):
        return 0
    own_size = size_field(header)
    size = own_size if extras.size is None else extras.size
    if min(own_size, size) < 0:
        raise ValueError("its size is negative")
    if max(size, extras.real_size or 0) > MAX_FILE_SIZE:
        raise ValueError("its size is more than any file system can hold")
    return size


def _may_be_directory(header: bytes) -> bool:
    """Whether the name field ends with a slash, or is empty, so that the name is the prefix and a slash."""
    name = header[fields.NAME].partition(b"\0")[0]
    return not name or name.endswith(b"/")


def _is_directory(header: bytes, extras: Extras) -> bool:
    """Whether an entry without a type is a directory; a sparse file never is."""
    name = extras.path or fields.name_of(header)
    return name.endswith(b"/") and not extras.is_sparse


def padded(size: Size) -> Size:
    """The size, or each of a column of sizes, with the padding to whole blocks."""
    return size + 511 & -512
