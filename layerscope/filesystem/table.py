"""`FileTable`: an image as one table of file versions. Every view of the image is a query on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from layerscope.filesystem.changeset import resolve
from layerscope.filesystem.comparison import Comparison, compare
from layerscope.filesystem.entries import Entries
from layerscope.filesystem.lifetimes import live_through
from layerscope.layers.layer_index import EntryType, LayerIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from layerscope.filesystem.nodes import Nodes
    from layerscope.filesystem.versions import Versions

NOTHING = -1
"""The snapshot before the lowest layer."""


@dataclass(frozen=True, eq=False)
class FileTable:
    """The layers of an image, merged.

    `nodes` are the paths, `entries` the rows of all layer tars, `versions` what each path was and when. A layer that is
    not read yet counts as empty. `dangling_counts` are the whiteouts of each layer that remove nothing.
    """

    nodes: Nodes
    entries: Entries
    versions: Versions
    layer_count: int
    dangling_counts: tuple[int, ...]

    @classmethod
    def merge(cls, indexes: Sequence[LayerIndex | None]) -> FileTable:
        """Merge layers, lowest first; None stands for a layer that is not there yet."""
        known = [index or LayerIndex() for index in indexes]
        nodes, changesets = resolve(known)
        entries = Entries.of(known)
        versions, dangling = live_through(nodes, entries, changesets)
        return cls(nodes, entries, versions, len(known), dangling)

    @property
    def last(self) -> int:
        """The number of the highest layer; -1 without layers."""
        return self.layer_count - 1

    def snapshot(self, layer: int) -> NDArray[np.int32]:
        """The file system after `layer`: the version of every node, -1 where the path is not there."""
        alive = np.flatnonzero((self.versions.born <= layer) & (self.versions.died > layer))
        found = np.full(self.nodes.count, -1, np.int32)
        found[self.versions.nodes[alive]] = alive
        return found

    def compare(self, before: int, after: int) -> Comparison:
        """What changed from the snapshot at layer `before` (-1 for nothing) to the one at `after`."""
        return compare(self.versions, self.entries, self.snapshot(before), self.snapshot(after))

    def changes_of(self, layer: int) -> Comparison:
        """What one layer changed."""
        return self.compare(layer - 1, layer)

    @cached_property
    def content_sizes(self) -> NDArray[np.int64]:
        """Bytes of content of each version; 0 for all but regular files and hardlinks to them."""
        rows = self.versions.inodes
        return np.where(self.entries.columns.types[rows] == EntryType.REGULAR, self.entries.columns.sizes[rows], 0)

    @cached_property
    def is_linked(self) -> NDArray[np.bool_]:
        """Whether the version shares its content with another one: it is a hardlink, or has one."""
        rows = self.versions.inodes
        counts = np.bincount(rows, minlength=self.entries.count)
        counts[self.entries.implied_row] = 0
        return counts[rows] > 1

    def own_sizes(self, shown: NDArray[np.int32]) -> NDArray[np.int64]:
        """Bytes of content that each node adds to a tree showing these versions; a file with several links counts once.

        `shown` has the version of every node, -1 for none; the first link, in preorder, carries the size.
        """
        sizes = np.zeros(len(shown), np.int64)
        present = np.flatnonzero(shown >= 0)
        sizes[present] = self.content_sizes[shown[present]]
        linked = present[self.is_linked[shown[present]]]
        inodes = self.versions.inodes[shown[linked]]
        _, first = np.unique(inodes, return_index=True)
        again = np.ones(len(linked), bool)
        again[first] = False
        sizes[linked[again]] = 0
        return sizes

    def total_sizes(self, shown: NDArray[np.int32]) -> NDArray[np.int64]:
        """For every node the bytes of content below it, itself included, in a tree showing these versions."""
        return self.nodes.subtree_sums(self.own_sizes(shown))
