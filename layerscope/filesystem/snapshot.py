"""`Snapshot`: the file system of one image after one layer.

It finds a path as a process inside it would: symlinks are followed, and the root is never left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.comparison import Comparison, compare
from layerscope.filesystem.nodes import ROOT
from layerscope.layers.layer_index import EntryType

if TYPE_CHECKING:
    from layerscope.filesystem.stack import Stack

MAX_SYMLINKS = 40
"""As many as Linux follows before it returns ELOOP (path_resolution(7))."""


def lookup(snapshot: Snapshot, path: bytes, *, follow: bool) -> int | None:
    """The node that `path` leads to; None if it leads nowhere.

    A symlink as the last part is followed with `follow`, or if a slash follows it.
    """
    nodes, versions = snapshot.stack.nodes, snapshot.versions
    parts = path.split(b"/")[::-1]
    node, followed = ROOT, 0
    while parts:
        part = parts.pop()
        if part in (b"", b"."):
            continue
        if part == b"..":
            node = max(int(nodes.parents[node]), ROOT)
            continue
        found = nodes.find(nodes.path(node) + b"/" + part)
        if found is None or versions[found] < 0:
            return None
        target = _symlink_target(snapshot.stack, int(versions[found])) if parts or follow else None
        if target is None:
            node = found
            continue
        followed += 1
        if followed > MAX_SYMLINKS:
            return None
        node = ROOT if target.startswith(b"/") else node
        parts += target.split(b"/")[::-1]
    return node


def _symlink_target(stack: Stack, version: int) -> bytes | None:
    row, columns = int(stack.versions.inodes[version]), stack.entries.columns
    return columns.links[row] if columns.types[row] == EntryType.SYMLINK else None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The file system of the image that `stack` holds, after `layer` (`NOTHING`, -1: before the lowest)."""

    stack: Stack
    layer: int

    @cached_property
    def versions(self) -> NDArray[np.int32]:
        """The version of every node, -1 if the path does not exist."""
        every = self.stack.versions
        alive = np.flatnonzero((every.born <= self.layer) & (every.died > self.layer))
        found = np.full(self.stack.nodes.count, -1, np.int32)
        found[every.nodes[alive]] = alive
        return found

    def lookup(self, path: bytes, *, follow: bool = True) -> int | None:
        """The node that `path` leads to, symlinks on the way followed; None if it leads nowhere.

        A symlink as the last part is followed with `follow`, or if a slash follows it.
        """
        return lookup(self, path, follow=follow)

    def compare(self, other: Snapshot) -> Comparison:
        """What changed from here to `other`: over a layer, over several, or from one image to another.

        Raises `ValueError` if the images are not from the same merge.
        """
        return compare(self, other)

    @property
    def own_sizes(self) -> NDArray[np.int64]:
        """Bytes of content of each node; a file with several links counts once."""
        return self.stack.own_sizes(self.versions)

    @property
    def total_sizes(self) -> NDArray[np.int64]:
        """For every node the bytes of content below it, itself included."""
        return self.stack.nodes.subtree_sums(self.own_sizes)
