"""Type flags of tar headers, in POSIX ustar and other formats."""

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.layer_index import EntryType

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
