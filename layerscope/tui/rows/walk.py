"""From node to node in the order of the tree, closed directories included."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.nodes import ROOT, Nodes
from layerscope.filesystem.visible_rows import counts_below


class Walk:
    """Goes from wanted node to wanted node, in the order of a tree whose directories are all open.

    Siblings are ordered by ascending `sort_key` (one per node), then by name. A step does not sort: it takes the least
    or greatest of some siblings, in a few passes over all nodes, however many are wanted.
    """

    def __init__(self, nodes: Nodes, wanted: NDArray[np.bool_], sort_key: NDArray[Any] | None) -> None:
        self._nodes, self._wanted = nodes, wanted
        self._counts = counts_below(nodes, wanted)
        self._key = np.zeros(nodes.count, np.int8) if sort_key is None else sort_key

    def after(self, node: int) -> int | None:
        """The next wanted node; None after the last."""
        found = self._children(node)
        while not len(found):
            if node == ROOT:
                return None
            found, node = self._siblings(node, behind=True), int(self._nodes.parents[node])
        node = self._first(found)
        while not self._wanted[node]:
            node = self._first(self._children(node))
        return node

    def before(self, node: int) -> int | None:
        """The wanted node before; None before the first."""
        while node != ROOT:
            found, node = self._siblings(node, behind=False), int(self._nodes.parents[node])
            while len(found):
                node = self._last(found)
                found = self._children(node)
            if self._wanted[node]:
                return node
        return None

    def _children(self, node: int) -> NDArray[np.int64]:
        """The children with a wanted node at or below them, by name."""
        below = np.arange(node + 1, int(self._nodes.ends[node]))
        kept: NDArray[np.bool_] = (self._counts[below] > 0) & (self._nodes.parents[below] == node)
        return below[kept]

    def _siblings(self, node: int, *, behind: bool) -> NDArray[np.int64]:
        """The siblings after a node, or before it."""
        others = self._children(int(self._nodes.parents[node]))
        keys, own = self._key[others], self._key[node]
        in_front: NDArray[np.bool_] = (keys < own) | ((keys == own) & (others < node))
        return others[~in_front & (others != node)] if behind else others[in_front]

    def _first(self, siblings: NDArray[np.int64]) -> int:
        return int(siblings[np.argmin(self._key[siblings])])

    def _last(self, siblings: NDArray[np.int64]) -> int:
        backwards = siblings[::-1]
        return int(backwards[np.argmax(self._key[backwards])])
