"""The type flags of tar headers, the size of the data after a header, and `Metadata`.

`Metadata` keeps the bodies of PAX and GNU metadata entries until the entry that they describe.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.layer_index import EntryType
from layerscope.layers.tar import fields
from layerscope.layers.tar.extras import Extras, merge, parse_records
from layerscope.layers.tar.numbers import header_number

OLD_SPARSE = ord("S")
OLD_REGULAR = 0
"""A regular file in tars without types; a directory if its name ends with a slash."""
_CONTIGUOUS = ord("7")
_DUMP_DIRECTORY = ord("D")
"""A directory in GNU's incremental backups: its data lists names."""

REGULAR = frozenset((EntryType.REGULAR.value, OLD_REGULAR, _CONTIGUOUS))
HEADER_ONLY = frozenset(kind.value for kind in EntryType) - REGULAR
"""These have no data, whatever their size field says, as in Go's archive/tar."""

_KNOWN = np.isin(np.arange(256), [*REGULAR, *HEADER_ONLY, OLD_SPARSE, _DUMP_DIRECTORY])
_NORMALISED = np.full(256, EntryType.REGULAR, np.uint8)
_NORMALISED[list(HEADER_ONLY)] = list(HEADER_ONLY)
_NORMALISED[_DUMP_DIRECTORY] = EntryType.DIRECTORY


def normalised(raw: NDArray[np.uint8], slashed: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The types of entries by their type flags. `slashed` says which names end with a slash.

    Only an entry without a type flag (NUL) is a directory by its slash. An entry with the flag of a regular file is
    a file, whatever its name.
    """
    types: NDArray[np.uint8] = _NORMALISED[raw]
    types[slashed & (raw == OLD_REGULAR)] = EntryType.DIRECTORY
    return types


def is_unknown(raw: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which flags no known writer uses; their entries are treated as regular files."""
    return ~_KNOWN[raw]


def has_unexpected_size(
    raw: NDArray[np.uint8], types: NDArray[np.uint8], sizes: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Which entries have a size (`sizes` are the header fields) although their type has no content."""
    empty = ((sizes == 0) | (sizes == ord(" ")) | (sizes == ord("0"))).all(axis=1)
    unexpected: NDArray[np.bool_] = (types != EntryType.REGULAR) & (raw != _DUMP_DIRECTORY) & ~empty
    return unexpected


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


MAX_METADATA_SIZE = 1 << 20
"""The longest body of a metadata entry that is read, as in Go's archive/tar and libarchive."""

PAX, GLOBAL_PAX, LONG_NAME, LONG_LINK = b"xgLK"
METADATA_TYPES = frozenset(b"xgLK")

_CHANGING = (b"path", b"linkpath", b"size", b"uid", b"gid")


class Metadata:
    """The latest body of each kind; a later one replaces an earlier one, so that chains of them cost no memory."""

    def __init__(self) -> None:
        self.is_waiting = False
        self._records: dict[bytes, bytes] = {}
        self._long_name = b""
        self._long_link = b""

    def take(self, kind: int, body: bytes) -> bool:
        """Note the body of an `x`, `L` or `K` entry; raises `ValueError`.

        A global header (`g`) is checked and ignored, as container runtimes do. Returns True if it has values that
        other readers of tar would apply. For Go's archive/tar it is an entry: it takes the metadata before it.
        """
        if kind == GLOBAL_PAX:
            self._forget()
            return not parse_records(body).keys().isdisjoint(_CHANGING)
        self.is_waiting = True
        if kind == PAX:
            self._records = parse_records(body)
        elif kind == LONG_NAME:
            self._long_name = body.partition(b"\0")[0]
        else:
            self._long_link = body.partition(b"\0")[0]
        return False

    def pop(self) -> Extras:
        """Return the values for the entry that follows, and forget them; raises `ValueError`."""
        extras = merge(self._records, self._long_name, self._long_link)
        self._forget()
        return extras

    def _forget(self) -> None:
        self.is_waiting = False
        self._records, self._long_name, self._long_link = {}, b"", b""
