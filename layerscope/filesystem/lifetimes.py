"""Apply the changesets one by one, and record when and how each version ends (OCI image-spec layer.md).

Whiteouts affect only lower layers, wherever they are in the tar, so they are applied first. A directory over a
directory changes its attributes and keeps its entries; any other change of type removes the old subtree.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.changeset import Changeset
from layerscope.filesystem.duplicates import surviving
from layerscope.filesystem.entries import Entries
from layerscope.filesystem.ledger import Ledger
from layerscope.filesystem.links import resolve_links
from layerscope.filesystem.nodes import ROOT, Nodes
from layerscope.filesystem.versions import Fate, Versions
from layerscope.layers.layer_index import EntryType

_NONE = -1


def build_versions(nodes: Nodes, entries: Entries, changesets: Sequence[Changeset]) -> tuple[Versions, tuple[int, ...]]:
    """The versions of all nodes, and for each layer the number of whiteouts that remove nothing."""
    state = _State(nodes, entries)
    for layer, changeset in enumerate(changesets):
        state.apply(layer, changeset)
    return state.ledger.versions(nodes.count), tuple(state.dangling_counts)


class _State:
    """The file system while layers are applied: the current version of each node, or none."""

    def __init__(self, nodes: Nodes, entries: Entries) -> None:
        self.ledger = Ledger()
        self.dangling_counts: list[int] = []
        self._nodes = nodes
        self._entries = entries
        self._inodes = np.arange(entries.count, dtype=np.int32)
        self._current = np.full(nodes.count, _NONE, np.int32)

    def apply(self, layer: int, changeset: Changeset) -> None:
        """Apply one layer: whiteouts, then its files, then their implied parents."""
        before = self._current.copy()
        self.dangling_counts.append(changeset.unknown_count + int((before[changeset.removed] == _NONE).sum()))
        self._remove(layer, self._nodes.cover(changeset.removed, changeset.emptied))
        resolve_links(changeset, self._nodes, self._entries.columns.types, self._current_inodes(), self._inodes)
        self._replace_directories(layer, changeset)
        types = self._entries.columns.types[self._inodes[changeset.rows]]
        standing = surviving(changeset.nodes, types, self._nodes)
        shadowed = self._create(layer, changeset.nodes[~standing], changeset.rows[~standing])
        self.ledger.end(shadowed, layer, Fate.SHADOWED)
        written = changeset.nodes[standing]
        self._write(layer, written, changeset.rows[standing], before)
        replaced = changeset.nodes[~standing & (types != EntryType.DIRECTORY)]
        implied = self._implied(changeset, written, replaced, before)
        self._write(layer, implied, np.full(len(implied), self._entries.implied_row, np.int32), before)

    def _remove(self, layer: int, covered: NDArray[np.bool_]) -> None:
        nodes = np.flatnonzero(covered & (self._current != _NONE))
        self.ledger.end(self._current[nodes], layer, Fate.DELETED)
        self._current[nodes] = _NONE

    def _replace_directories(self, layer: int, changeset: Changeset) -> None:
        """End the versions of lower layers below each path that this layer writes and that is not a directory."""
        types = self._entries.columns.types[self._inodes[changeset.rows]]
        replacing = changeset.nodes[types != EntryType.DIRECTORY]
        replaced = replacing[self._is_directory(replacing)]
        if len(replaced):
            self._remove(layer, self._nodes.cover(replaced[:0], replaced))

    def _create(self, layer: int, nodes: NDArray[np.int32], rows: NDArray[np.int32]) -> NDArray[np.int32]:
        inodes = self._inodes[rows]
        return self.ledger.create(layer, nodes, rows, inodes, self._entries.columns.types[inodes])

    def _write(self, layer: int, nodes: NDArray[np.int32], rows: NDArray[np.int32], before: NDArray[np.int32]) -> None:
        """Add versions of these distinct nodes, and end those of the lower layers."""
        versions = self._create(layer, nodes, rows)
        known = before[nodes] != _NONE
        old = before[nodes[known]]
        same_type = self.ledger.types(old) == self.ledger.types(versions[known])
        self.ledger.end(old, layer, np.where(same_type, Fate.OVERWRITTEN, Fate.DELETED).astype(np.uint8))
        self._current[nodes] = versions

    def _implied(
        self, changeset: Changeset, written: NDArray[np.int32], replaced: NDArray[np.int32], before: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """Parents of written nodes that are no directories yet, and other non-directories with a whiteout below.

        A directory of a lower layer that a file `replaced`, before a later entry below it made it a directory again,
        is a new one.
        """
        wanted = self._nodes.above(written)
        wanted[ROOT] = True
        marked = self._deepest_alive(changeset.marked)
        wanted[marked[self._current[marked] == before[marked]]] = True
        nodes = np.flatnonzero(wanted).astype(np.int32)
        is_old = np.isin(nodes, replaced) & (self._current[nodes] == before[nodes])
        return np.asarray(nodes[~self._is_directory(nodes) | is_old])

    def _deepest_alive(self, nodes: NDArray[np.int32]) -> NDArray[np.int32]:
        """For each node the nearest live one at or above it, at the latest the root."""
        while (absent := (self._current[nodes] == _NONE) & (nodes != ROOT)).any():
            nodes = np.where(absent, self._nodes.parents[nodes], nodes)
        return nodes

    def _is_directory(self, nodes: NDArray[np.int32]) -> NDArray[np.bool_]:
        current = self._current[nodes]
        return np.asarray((current != _NONE) & (self.ledger.types(current) == EntryType.DIRECTORY))

    def _current_inodes(self) -> NDArray[np.int32]:
        return np.where(self._current == _NONE, _NONE, self.ledger.inodes(self._current)).astype(np.int32)
