"""Which nodes of a tree are rows on the screen, in order: a few passes over whole columns, without a tree walk."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.nodes import Nodes


def visible_rows(
    nodes: Nodes,
    shown: NDArray[np.bool_],
    expanded: NDArray[np.bool_],
    sort_key: NDArray[Any] | None = None,
    joined: NDArray[np.bool_] | None = None,
) -> NDArray[np.int32]:
    """The visible nodes, top down: shown nodes whose directories are all shown and expanded, without those in `joined`.

    The masks have one element per node. Siblings are sorted by ascending `sort_key` (one per node), then by name.
    """
    visible = _visible(nodes, shown, expanded)
    if sort_key is None:
        return np.flatnonzero(visible if joined is None else visible & ~joined).astype(np.int32)
    rows = np.flatnonzero(visible).astype(np.int32)
    rows = _sorted(nodes, rows, sort_key[rows]) if len(rows) else rows
    return rows if joined is None else rows[~joined[rows]]


def with_parents(nodes: Nodes, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The wanted nodes and every directory above one."""
    kept = wanted.copy()
    kept[nodes.branches] = _branch_sums(nodes, wanted, np.int32) > 0
    return kept


def with_subtrees(nodes: Nodes, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The wanted nodes and everything below them."""
    tops = np.flatnonzero(wanted)
    return coverage(nodes.count, tops, nodes.ends[tops]) > 0


def counts_below(nodes: Nodes, wanted: NDArray[np.bool_]) -> NDArray[np.int32]:
    """For every node the number of wanted nodes in its subtree, itself included."""
    return sums_below(nodes, wanted.astype(np.int32))


def sums_below(nodes: Nodes, values: NDArray[Any]) -> NDArray[Any]:
    """For every node the sum of `values` (one per node) over its subtree, itself included."""
    sums = values.copy()
    sums[nodes.branches] = _branch_sums(nodes, values, values.dtype)
    return sums


def coverage(count: int, starts: NDArray[Any], ends: NDArray[Any]) -> NDArray[np.int64]:
    """For each number below `count` how many ranges `starts[i] .. ends[i] - 1` cover it; starts are distinct."""
    steps = -np.bincount(ends, minlength=count + 1)
    steps[starts] += 1
    return np.cumsum(steps[:count])


def _branch_sums(nodes: Nodes, values: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """The sums of the nodes that have others below them."""
    sums = np.zeros(nodes.count + 1, dtype)
    np.cumsum(values, out=sums[1:])
    return sums[nodes.ends[nodes.branches]] - sums[nodes.branches]


def _visible(nodes: Nodes, shown: NDArray[np.bool_], expanded: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The visible nodes: a closed directory hides its range of preorder numbers, except itself."""
    branches = nodes.branches
    closed = branches[~(shown[branches] & expanded[branches])]
    uncovered: NDArray[np.bool_] = coverage(nodes.count, closed + 1, nodes.ends[closed]) == 0
    return shown & uncovered


def _sorted(nodes: Nodes, rows: NDArray[np.int32], keys: NDArray[Any]) -> NDArray[np.int32]:
    """The rows, given in preorder, with siblings sorted by key; each subtree stays below its top."""
    heights = np.searchsorted(rows, nodes.ends[rows]) - np.arange(len(rows))
    above = np.searchsorted(rows, nodes.parents[rows])
    above[0] = -1  # the root, the one row without siblings
    positions = _offsets_among_siblings(above, keys, heights)
    depths = nodes.depths[rows]
    by_depth = np.argsort(depths, kind="stable")
    levels = np.split(by_depth, np.cumsum(np.bincount(depths))[:-1])
    for level in levels[1:]:
        positions[level] += positions[above[level]] + 1
    ordered = np.empty_like(rows)
    ordered[positions] = rows
    return ordered


def _offsets_among_siblings(
    above: NDArray[np.int64], keys: NDArray[Any], heights: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The number of rows of the earlier siblings of each row, including all rows below them."""
    order = np.lexsort((keys, above))
    before = np.cumsum(heights[order]) - heights[order]
    groups = above[order]
    first = np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1])))
    before -= np.repeat(before[first], np.diff(np.append(first, len(groups))))
    offsets = np.empty_like(before)
    offsets[order] = before
    return offsets
