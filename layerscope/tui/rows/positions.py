"""Where paths, changes and matches are in a tree, and how far it is to the next, closed directories included."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change
from layerscope.filesystem.nodes import ROOT, Nodes
from layerscope.filesystem.visible_rows import counts_below
from layerscope.tui.rows.chains import row_ends
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.state.view_state import Sort


def row_of(tree: TreeView, node: int) -> int | None:
    """The row of a node; None if it is hidden."""
    if tree.sort is Sort.NAME:
        row = int(np.searchsorted(tree.rows, np.int32(node)))
        return row if row < len(tree.rows) and tree.rows[row] == node else None
    found = np.flatnonzero(tree.rows == node)
    return int(found[0]) if len(found) else None


def row_of_path(tree: TreeView, path: bytes) -> int:
    """The row of a path, or of the nearest visible directory above it."""
    nodes = tree.compared.stack.nodes
    node = nodes.find(path)
    while node is None and path:
        path = path.rpartition(b"/")[0]
        node = nodes.find(path)
    while node is not None and node >= 0:
        row = row_of(tree, tree.row_end(node))
        if row is not None:
            return row
        node = int(nodes.parents[node])
    return 0


def next_change(tree: TreeView, node: int, steps: int) -> int | None:
    """The nearest node below (`steps` 1) or above (-1) whose own path changed, closed directories included."""
    changed = tree.shown & (tree.compared.comparison.changes > Change.UNMODIFIED)
    ends = row_ends(tree.shown, tree.joined)
    changed[ends[changed[tree.joined]]] = True
    changed &= ~tree.joined
    walk = Walk(tree.compared.stack.nodes, changed, tree.sort_key)
    return walk.after(node) if steps > 0 else walk.before(node)


def next_match(tree: TreeView, row: int, steps: int) -> int | None:
    """The nearest row below or above that a search found; the first follows the last."""
    if tree.matches is None:
        return None
    found = np.flatnonzero(tree.matches[tree.rows])
    nearest = _nearest(found, row, steps)
    if nearest is None and len(found):
        return int(found[0 if steps > 0 else -1])
    return nearest


def match_number(tree: TreeView, row: int) -> int:
    """The number of the match on this row, from 1; 0 if the row is no match."""
    if tree.matches is None or row >= len(tree.rows) or not tree.matches[tree.rows[row]]:
        return 0
    return int(tree.matches[tree.rows[: row + 1]].sum())


def _nearest(rows: NDArray[np.int64], row: int, steps: int) -> int | None:
    found = int(np.searchsorted(rows, row, "right" if steps > 0 else "left")) + (0 if steps > 0 else -1)
    return int(rows[found]) if 0 <= found < len(rows) else None


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
