"""`Chunks`: the pieces of files that a table of contents lists, each with its place in the blob and its digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Chunk(NamedTuple):
    """A part of a file: the blob from `offset` to `end` begins with the `size` bytes, compressed on their own.

    `digest` is the sha256 of these bytes.
    """

    offset: int
    end: int
    size: int
    digest: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Chunks:
    """The chunks of a layer, in the order of its blob; `rows` are the rows of their files in the layer index."""

    rows: NDArray[np.int64]
    offsets: NDArray[np.int64]
    ends: NDArray[np.int64]
    sizes: NDArray[np.int64]
    digests: bytes

    def of(self, row: int) -> tuple[Chunk, ...]:
        """The chunks of a file, which are next to each other."""
        first, end = np.searchsorted(self.rows, (row, row + 1)).tolist()
        columns = (column[first:end].tolist() for column in (self.offsets, self.ends, self.sizes))
        digests = (self.digests[32 * number : 32 * (number + 1)] for number in range(first, end))
        return tuple(map(Chunk, *columns, digests))
