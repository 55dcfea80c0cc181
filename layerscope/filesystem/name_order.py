"""Sort names within their directories, eight bytes at a time, without an object for any of them.

Python would need half a million byte strings for it, and would hold its lock while sorting.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDTH = 8
PADDING = bytes(_WIDTH)
"""The end of each blob, so that the word of the last name's byte lies within the blob."""

_KEEP = np.array([(1 << 64) - (1 << (64 - 8 * kept)) for kept in range(_WIDTH + 1)], np.uint64)
"""For each number of bytes that belong to a name, the bits of a word that contain them."""


class NameColumn:
    """Names within a blob: name i is `blob[starts[i]:ends[i]]`. No name has a NUL; the blob ends with `PADDING`."""

    def __init__(self, blob: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
        self._words = np.ndarray(len(blob) - _WIDTH + 1, np.dtype(">u8"), blob, strides=(1,))
        self._starts, self._ends = starts, ends

    def words(self, rows: NDArray[np.int64], number: int) -> NDArray[np.uint64]:
        """Word `number` (eight bytes) of each name, as integers that sort like the bytes; 0 after a name's end."""
        positions = self._starts[rows] + _WIDTH * number
        kept = np.clip(self._ends[rows] - positions, 0, _WIDTH)
        words = self._words[np.minimum(positions, len(self._words) - 1)].astype(np.uint64)
        return np.asarray(words & _KEEP[kept])

    def reach(self, rows: NDArray[np.int64], number: int) -> NDArray[np.bool_]:
        """Which names have bytes at or after word `number`."""
        return np.asarray(self._ends[rows] - self._starts[rows] > _WIDTH * number)


def sort_names(names: NameColumn, directories: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The order of all names by directory, then by name, and the positions in it that start a new one."""
    rows = np.arange(len(directories))
    words = names.words(rows, 0)
    order = np.lexsort((words, directories))
    same = _equal_to_previous(directories[order], words[order])
    number = 1
    while len(positions := _still_equal(names, order, same, number)):
        rows = order[positions]
        groups = np.cumsum(~same[positions])
        words = names.words(rows, number)
        finer = np.lexsort((words, groups))
        order[positions] = rows[finer]
        same[positions] = _equal_to_previous(groups, words[finer])
        number += 1
    return order, ~same


def _still_equal(
    names: NameColumn, order: NDArray[np.int64], same: NDArray[np.bool_], number: int
) -> NDArray[np.int64]:
    """The positions of runs that are equal so far and have a longer name; runs are kept whole."""
    in_run = same.copy()
    in_run[:-1] |= same[1:]
    positions: NDArray[np.int64] = np.flatnonzero(in_run)
    if not len(positions):
        return positions
    starts = np.flatnonzero(~same[positions])
    goes_on = np.logical_or.reduceat(names.reach(order[positions], number), starts)
    lengths = np.diff(np.append(starts, len(positions)))
    return np.asarray(positions[np.repeat(goes_on, lengths)])


def _equal_to_previous(first: NDArray[Any], second: NDArray[np.uint64]) -> NDArray[np.bool_]:
    equal = np.zeros(len(first), bool)
    equal[1:] = (first[1:] == first[:-1]) & (second[1:] == second[:-1])
    return equal
