"""Every path of every layer as a node, in preorder: a subtree is one contiguous range of node numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from layerscope.layers.byte_strings import ByteStrings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

ROOT = 0
_SLASH, _NUL = b"/", b"\0"


@dataclass(frozen=True, eq=False)
class Nodes:
    """All paths, parents implied, sorted so that each directory is followed at once by what it holds.

    `paths` have no leading slash; node 0 is the root, with the empty path. `parents` (the root's is -1), `depths` (the
    root's is 0) and `ends` have one element a node: the subtree of node i is the range `i .. ends[i] - 1`.
    """

    paths: ByteStrings
    parents: NDArray[np.int32]
    depths: NDArray[np.int32]
    ends: NDArray[np.int32]

    @property
    def count(self) -> int:
        """How many nodes there are, the root included."""
        return len(self.parents)

    def path(self, node: int) -> bytes:
        """The whole path of a node, without a leading slash."""
        return self.paths[node]

    def name(self, node: int) -> bytes:
        """The last part of a node's path."""
        return self.path(node).rpartition(_SLASH)[2]

    def find(self, path: bytes) -> int | None:
        """The node of a path, leading and trailing slashes ignored; None where no layer has it."""
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
    def by_depth(self) -> tuple[NDArray[np.int32], ...]:
        """The nodes of each depth, in preorder: `by_depth[0]` is the root alone."""
        order = np.argsort(self.depths, kind="stable").astype(np.int32)
        edges = np.cumsum(np.bincount(self.depths))
        return tuple(np.split(order, edges[:-1]))

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
        """For every node the sum of `values` (one a node) over its subtree, itself included."""
        sums = np.zeros(self.count + 1, np.int64)
        np.cumsum(values, out=sums[1:])
        return sums[self.ends] - sums[:-1]


class NodeBuilder:
    """Collects the paths of all layers, builds `Nodes`, and then answers which node a path is."""

    def __init__(self, columns: Iterable[Sequence[bytes]]) -> None:
        """`columns` are the keys of each layer's files (see `keys`)."""
        ordered = sorted(chain.from_iterable(sorted(column) for column in columns))
        keys = list(dict.fromkeys(chain((b"",), ordered)))
        missing = _implied(keys)
        if missing:
            keys = sorted(chain(keys, missing))
        self._numbers: Mapping[bytes, int] = dict(zip(keys, range(len(keys)), strict=True))
        self.nodes = _link(keys)

    def numbers(self, keys: Sequence[bytes]) -> NDArray[np.int32]:
        """The node of each key; -1 where there is none."""
        get = self._numbers.get
        return np.fromiter((get(key, -1) for key in keys), np.int32, len(keys))


def keys(paths: ByteStrings) -> list[bytes]:
    """Paths as sort keys: NUL for the slash, which no name contains and which sorts before every other byte."""
    return list(ByteStrings(paths.blob.replace(_SLASH, _NUL), paths.offsets))


def _implied(keys: list[bytes]) -> set[bytes]:
    """The parents that no layer lists."""
    known, found = set(keys), set[bytes]()
    fresh = {key[: max(key.rfind(_NUL), 0)] for key in keys} - known
    while fresh:
        found |= fresh
        fresh = {key[: max(key.rfind(_NUL), 0)] for key in fresh} - known - found
    return found


def _link(keys: list[bytes]) -> Nodes:
    """Nodes from sorted keys that hold every parent."""
    paths = ByteStrings.of(keys)
    depths = np.fromiter((key.count(_NUL) + (key != b"") for key in keys), np.int32, len(keys))
    parents = np.full(len(keys), -1, np.int32)
    sizes = np.ones(len(keys), np.int32)
    order = np.argsort(depths, kind="stable").astype(np.int32)
    levels = np.split(order, np.cumsum(np.bincount(depths))[:-1])
    for above, level in pairwise(levels):
        parents[level] = above[np.searchsorted(above, level) - 1]
    for level in reversed(levels[1:]):
        np.add.at(sizes, parents[level], sizes[level])
    shown = ByteStrings(paths.blob.replace(_NUL, _SLASH), paths.offsets)
    return Nodes(shown, parents, depths, np.arange(len(keys), dtype=np.int32) + sizes)
