"""Hardlinks: which entry has the content and attributes of each file that a layer writes."""

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.changeset import Changeset
from layerscope.filesystem.nodes import Nodes
from layerscope.layers.layer_index import EntryType


def resolve_links(
    changeset: Changeset,
    nodes: Nodes,
    types: NDArray[np.uint8],
    lower_inodes: NDArray[np.int32],
    inodes: NDArray[np.int32],
) -> None:
    """Set `inodes` (one per row, like `types`) of the hardlinks of the layer to the rows of their content.

    The target is the last entry of its path before the link in the same layer, else the file of the lower layers
    (`lower_inodes`: one per node, -1 for nothing). A link to nothing, to a later entry, to itself or to a directory,
    such as its own parents, is broken and keeps its own row.
    """
    if not len(changeset.link_rows):
        return
    within = _within_layer(changeset)
    lower = np.where(changeset.link_nodes >= 0, lower_inodes[changeset.link_nodes], -1)
    found = np.where(within >= 0, within, lower)
    found[_replaced(changeset, nodes, types, within)] = -1
    own = changeset.nodes[np.searchsorted(changeset.rows, changeset.link_rows)]
    targets = changeset.link_nodes
    found[(targets <= own) & (own < nodes.ends[targets])] = -1
    inodes[changeset.link_rows] = np.where(found >= 0, found, changeset.link_rows)
    _follow(changeset.link_rows, inodes)
    broken = types[inodes[changeset.link_rows]] == EntryType.DIRECTORY
    inodes[changeset.link_rows[broken]] = changeset.link_rows[broken]


def _within_layer(changeset: Changeset) -> NDArray[np.int64]:
    """For each hardlink the row of the last entry at its target's path that precedes it, else -1."""
    order = np.lexsort((changeset.rows, changeset.nodes))
    nodes, rows = changeset.nodes[order].astype(np.int64), changeset.rows[order].astype(np.int64)
    width = int(rows.max()) + 1
    wanted = changeset.link_nodes.astype(np.int64) * width + changeset.link_rows
    position = np.searchsorted(nodes * width + rows, wanted) - 1
    fits = (position >= 0) & (nodes[position] == changeset.link_nodes)
    return np.where(fits, rows[position], -1)


def _doubtful(changeset: Changeset, nodes: Nodes, types: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Links whose target may have been replaced: it, or a path above it, is both a file and a parent."""
    files = changeset.nodes[types[changeset.rows] != EntryType.DIRECTORY]
    parents_too = nodes.cover(files[:0], files[nodes.ends[files] > files + 1])
    targets = changeset.link_nodes
    doubtful = parents_too[targets] | (nodes.ends[targets] > targets + 1)
    return np.flatnonzero(doubtful & (targets >= 0))


def _replaced(changeset: Changeset, nodes: Nodes, types: NDArray[np.uint8], within: NDArray[np.int64]) -> list[int]:
    """The links for which, between the target's entry (row `within`) and the link, another entry replaced it."""
    every = _RowsOfNodes(changeset.nodes, changeset.rows)
    is_file = types[changeset.rows] != EntryType.DIRECTORY
    files = _RowsOfNodes(changeset.nodes[is_file], changeset.rows[is_file])
    removed = []
    for link in _doubtful(changeset, nodes, types).tolist():
        target, since, until = int(changeset.link_nodes[link]), int(within[link]), int(changeset.link_rows[link])
        below = every.any_between(target + 1, int(nodes.ends[target]), since, until)
        if below or any(files.any_between(node, node + 1, since, until) for node in nodes.ancestors(target)):
            removed.append(link)
    return removed


class _RowsOfNodes:
    """Which rows write which nodes, sorted so that a range of nodes is one query."""

    def __init__(self, nodes: NDArray[np.int32], rows: NDArray[np.int32]) -> None:
        order = np.lexsort((rows, nodes))
        self._nodes, self._rows = nodes[order], rows[order]
        self._sorted: dict[tuple[int, int], NDArray[np.int32]] = {}

    def any_between(self, first: int, end: int, since: int, until: int) -> bool:
        """Whether a row after `since` and before `until` writes one of the nodes `first .. end - 1`."""
        rows = self._sorted.get((first, end))
        if rows is None:
            low, high = np.searchsorted(self._nodes, (first, end))
            rows = self._sorted[first, end] = np.sort(self._rows[low:high])
        return bool(np.searchsorted(rows, until) > np.searchsorted(rows, since, side="right"))


def _follow(link_rows: NDArray[np.int32], inodes: NDArray[np.int32]) -> None:
    """Resolve links to links, until nothing changes. Targets precede their links, so there is no loop."""
    while True:
        target = inodes[inodes[link_rows]]
        if np.array_equal(target, inodes[link_rows]):
            return
        inodes[link_rows] = target
