"""Every path of every layer as a node, in preorder: a subtree is one contiguous range of node numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.byte_strings import ByteStrings

ROOT = 0
_SLASH, _NUL = b"/", b"\0"


@dataclass(frozen=True, eq=False)
class Nodes:
    """All paths and their parents, sorted so that each directory is directly followed by everything below it.

    `paths` have no leading slash; node 0 is the root, with the empty path. `parents` (the root's is -1), `depths` (the
    root's is 0) and `ends` have one element per node: the subtree of node i is the range `i .. ends[i] - 1`.
    """

    paths: ByteStrings
    parents: NDArray[np.int32]
    depths: NDArray[np.int32]
    ends: NDArray[np.int32]

    @property
    def count(self) -> int:
        """The number of nodes, the root included."""
        return len(self.parents)

    def path(self, node: int) -> bytes:
        """The whole path of a node, without a leading slash."""
        return self.paths[node]

    def name(self, node: int) -> bytes:
        """The last part of a node's path."""
        return self.path(node).rpartition(_SLASH)[2]

    def find(self, path: bytes) -> int | None:
        """The node of a path, leading and trailing slashes ignored; None if no layer has it."""
        key = path.strip(_SLASH).replace(_SLASH, _NUL)
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self.path(middle).replace(_SLASH, _NUL) < key:
                low = middle + 1
            else:
                high = middle
        found = low < self.count and self.path(low).replace(_SLASH, _NUL) == key
        return low if found else None

    def children(self, node: int) -> Iterator[int]:
        """The nodes directly below a node, by name."""
        child, end = node + 1, int(self.ends[node])
        while child < end:
            yield child
            child = int(self.ends[child])

    def ancestors(self, node: int) -> Iterator[int]:
        """The nodes above a node, nearest first, the root last."""
        while (node := int(self.parents[node])) >= 0:
            yield node

    @cached_property
    def by_depth(self) -> tuple[NDArray[np.int64], ...]:
        """The nodes of each depth, in preorder: `by_depth[0]` is the root alone."""
        return by_depth(self.depths)

    @cached_property
    def branches(self) -> NDArray[np.int64]:
        """The nodes with others below them: much fewer than leaves, and the only ones that need sums of subtrees."""
        return np.flatnonzero(self.ends != np.arange(1, self.count + 1))

    def cover(self, whole: NDArray[np.int32], inner: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which nodes lie in the subtrees of the nodes `whole`, or strictly below the nodes `inner`."""
        edges = np.zeros(self.count + 1, np.int32)
        np.add.at(edges, whole, 1)
        np.add.at(edges, inner + 1, 1)
        np.add.at(edges, self.ends[whole], -1)
        np.add.at(edges, self.ends[inner], -1)
        covered: NDArray[np.bool_] = np.cumsum(edges[:-1]) > 0
        return covered

    def above(self, below: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which nodes lie above any of the nodes `below`."""
        found = np.zeros(self.count, bool)
        fresh = np.unique(self.parents[below])
        while len(fresh := fresh[fresh >= 0]):
            fresh = fresh[~found[fresh]]
            found[fresh] = True
            fresh = np.unique(self.parents[fresh])
        return found

    def subtree_sums(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """For every node the sum of `values` (one per node) over its subtree, itself included."""
        sums = np.zeros(self.count + 1, np.int64)
        np.cumsum(values, out=sums[1:])
        return sums[self.ends] - sums[:-1]


def by_depth(depths: NDArray[np.int64] | NDArray[np.int32]) -> tuple[NDArray[np.int64], ...]:
    """The indices of the elements of each depth, in order, from depth 0."""
    order = np.argsort(depths, kind="stable")
    return tuple(np.split(order, np.cumsum(np.bincount(depths))[:-1]))
