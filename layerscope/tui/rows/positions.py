"""Where things are among the rows of a tree: paths, changes, matches."""

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.comparison import Change
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.rows.walk import Walk
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
        row = row_of(tree, node)
        if row is not None:
            return row
        node = int(nodes.parents[node])
    return 0


def next_change(tree: TreeView, node: int, steps: int) -> int | None:
    """The nearest node below (`steps` 1) or above (-1) whose own path changed, closed directories included."""
    changed = tree.shown & (tree.compared.comparison.changes > Change.UNMODIFIED)
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
