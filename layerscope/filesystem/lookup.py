"""Find a path in a snapshot as a process inside it would: symlinks are followed, and the root is never left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.filesystem.nodes import ROOT
from layerscope.layers.layer_index import EntryType

if TYPE_CHECKING:
    from layerscope.filesystem.snapshot import Snapshot
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
