"""Which entries may have content to keep, by their headers: a fast test of many headers at once.

It is made for every entry of every layer. `wanted` in `layerscope.packages` and `layerscope.secrets` then decide by the
whole name.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.tar import fields
from layerscope.packages import wanted as packages
from layerscope.secrets import wanted as secrets

_HEADER_SIZE = 512
_NAME_SIZE = 100
_CONDA = b"conda-meta"


def _codes(words: Iterable[bytes]) -> NDArray[np.uint32]:
    """Words of four bytes as sorted numbers."""
    return np.unique(np.frombuffer(b"".join(words), "<u4"))


_ENDINGS = _codes(packages.ENDINGS | secrets.ENDINGS)
_COMMON_ENDINGS = _codes(name[4:] for name in packages.COMMON_ENDINGS | secrets.COMMON_ENDINGS)
_BEFORE_COMMON = _codes(name[:4] for name in packages.COMMON_ENDINGS | secrets.COMMON_ENDINGS)
_JSON = _codes((b"json",))[0]
_STATUS = _codes((b"tus.", b"atus", b"tatu"))
"""Bytes 16 to 19 of names in `var/lib/dpkg/status.d/`, in which distroless images have a file for each package."""


def candidates(buffer: bytes, positions: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """The numbers, in order, of the headers at these positions of which the data may be kept."""
    starts, stored = np.array(positions, np.int64), np.array(sizes, np.int64)
    lengths = _name_lengths(buffer, starts)
    last, before = (_words(buffer, starts + np.maximum(lengths - back, 0)) for back in (4, 8))
    is_common = _is_in(last, _COMMON_ENDINGS)
    found = (stored >= packages.LEAST_BINARY) | (lengths == _NAME_SIZE) | _is_in(last, _ENDINGS)
    found |= is_common & _is_in(before, _BEFORE_COMMON)
    found |= _is_in(_words(buffer, starts + 16), _STATUS)
    for row in np.flatnonzero((last == _JSON) & ~found).tolist():
        found[row] = buffer.find(_CONDA, positions[row], positions[row] + _HEADER_SIZE) >= 0
    return list(np.flatnonzero(found & (stored > 0)).tolist())


def _name_lengths(buffer: bytes, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bytes of each name before the first NUL."""
    origin = starts[0] % _HEADER_SIZE
    count = (len(buffer) - origin) // _HEADER_SIZE
    blocks = np.frombuffer(buffer, np.uint8, count * _HEADER_SIZE, origin).reshape(-1, _HEADER_SIZE)
    ends = blocks[:, fields.NAME][starts // _HEADER_SIZE] == 0
    lengths = ends.argmax(axis=1)
    return np.where(ends[np.arange(len(starts)), lengths], lengths, _NAME_SIZE)


def _words(buffer: bytes, positions: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Four bytes at each position as a number."""
    overlapping = np.ndarray((len(buffer) - 3,), "<u4", buffer, strides=(1,))
    words: NDArray[np.uint32] = overlapping[positions]
    return words


def _is_in(words: NDArray[np.uint32], table: NDArray[np.uint32]) -> NDArray[np.bool_]:
    positions = np.minimum(np.searchsorted(table, words), len(table) - 1)
    return np.asarray(table[positions] == words)
