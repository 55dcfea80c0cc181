"""File versions: what a path was, from the layer that brought it to the layer that ended it."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

NEVER = 32767
"""The `died` of a version that is alive at the last layer."""


class Fate(IntEnum):
    """How a version ended."""

    LIVE = 0
    OVERWRITTEN = 1
    """A later layer wrote the same path again, with the same type."""
    DELETED = 2
    """Removed by a whiteout, an opaque whiteout, or a change of type of the path or of a directory above it."""
    SHADOWED = 3
    """A later entry of the same layer replaced it, so it was never visible."""


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """All versions, sorted by node, then by time. A version lives in the layers `born <= n < died`.

    `rows` are their own entries. `inodes` are the entries with their content and attributes: the same row, or for a
    hardlink the row of its target, so that versions with equal `inodes` are links to one file. An implied directory has
    the implied row. The versions of node i are the range `first_of_node[i] .. first_of_node[i + 1] - 1`.
    """

    nodes: NDArray[np.int32]
    born: NDArray[np.int16]
    died: NDArray[np.int16]
    fates: NDArray[np.uint8]
    rows: NDArray[np.int32]
    inodes: NDArray[np.int32]
    first_of_node: NDArray[np.int64]

    @property
    def count(self) -> int:
        """The number of versions."""
        return len(self.nodes)

    def of_node(self, node: int) -> range:
        """The versions of one node, oldest first: its history."""
        return range(int(self.first_of_node[node]), int(self.first_of_node[node + 1]))
