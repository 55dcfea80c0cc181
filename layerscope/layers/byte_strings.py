"""A column of byte strings: one blob and its offsets, so that half a million names need two objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class ByteStrings:
    """`count` byte strings; string i is `blob[offsets[i]:offsets[i + 1]]`. `offsets` has `count + 1` elements."""

    blob: bytes
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, strings: Iterable[bytes]) -> ByteStrings:
        """The column of these strings."""
        items = list(strings)
        offsets = np.zeros(len(items) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, items), np.int64, len(items)), out=offsets[1:])
        return cls(b"".join(items), offsets)

    @classmethod
    def join(cls, columns: Sequence[ByteStrings]) -> ByteStrings:
        """The strings of all columns, one after the other."""
        lengths = np.concatenate([np.zeros(1, np.int64), *(column.lengths() for column in columns)])
        return cls(b"".join(column.blob for column in columns), np.cumsum(lengths))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> bytes:
        return bytes(self.blob[self.offsets[row] : self.offsets[row + 1]])

    def __iter__(self) -> Iterator[bytes]:
        blob, edges = self.blob, self.offsets.tolist()
        return (blob[start:end] for start, end in pairwise(edges))

    def at(self, rows: NDArray[np.integer]) -> Iterator[bytes]:
        """The strings of these rows: for many rows much faster than one after the other."""
        edges = zip(self.offsets[rows].tolist(), self.offsets[rows + 1].tolist(), strict=True)
        return (bytes(self.blob[start:end]) for start, end in edges)

    def lengths(self) -> NDArray[np.int64]:
        """The length of each string in bytes."""
        return np.diff(self.offsets)
