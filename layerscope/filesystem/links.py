"""Hardlinks: which entry holds the content and attributes of each file that a layer writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layerscope.layers.layer_index import EntryType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.filesystem.changeset import Changeset


def resolve_links(
    changeset: Changeset, types: NDArray[np.uint8], lower_inodes: NDArray[np.int32], inodes: NDArray[np.int32]
) -> None:
    """Set `inodes` (one a row, like `types`) of the hardlinks of the layer to the rows of their content.

    A target is the last entry of that path before the link in the same layer, else what the lower layers have there
    (`lower_inodes`: one a node, -1 for nothing). A link to nothing, to a later entry, to itself or to a directory is
    broken and keeps its own row.
    """
    if not len(changeset.link_rows):
        return
    targets = _within_layer(changeset)
    lower = np.where(changeset.link_nodes >= 0, lower_inodes[changeset.link_nodes], -1)
    found = np.where(targets >= 0, targets, lower)
    found = np.where(found >= 0, found, changeset.link_rows)
    inodes[changeset.link_rows] = found
    _follow(changeset.link_rows, inodes)
    final = inodes[changeset.link_rows]
    broken = types[final] == EntryType.DIRECTORY
    inodes[changeset.link_rows[broken]] = changeset.link_rows[broken]


def _within_layer(changeset: Changeset) -> NDArray[np.int64]:
    """For each hardlink the row of the last entry at its target's path that precedes it; -1 where there is none."""
    order = np.lexsort((changeset.rows, changeset.nodes))
    nodes, rows = changeset.nodes[order].astype(np.int64), changeset.rows[order].astype(np.int64)
    width = int(rows.max()) + 1
    wanted = changeset.link_nodes.astype(np.int64) * width + changeset.link_rows
    place = np.searchsorted(nodes * width + rows, wanted) - 1
    fits = (place >= 0) & (nodes[place] == changeset.link_nodes)
    return np.where(fits, rows[place], -1)


def _follow(link_rows: NDArray[np.int32], inodes: NDArray[np.int32]) -> None:
    """Links to links: jump until nothing moves. Targets precede their links, so there is no loop."""
    while True:
        target = inodes[inodes[link_rows]]
        if np.array_equal(target, inodes[link_rows]):
            return
        inodes[link_rows] = target
