"""Find a path in a snapshot as a process inside it would: symlinks are followed, and the root is never left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.filesystem.nodes import ROOT
from layerscope.layers.layer_index import EntryType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from layerscope.filesystem.table import FileTable

MAX_SYMLINKS = 40
"""As many as Linux follows before it says ELOOP (path_resolution(7))."""


def lookup(table: FileTable, snapshot: NDArray[np.int32], path: bytes, *, follow: bool = True) -> int | None:
    """The node that `path` leads to; None where it leads nowhere.

    `snapshot` has the version of every node, -1 for none. A symlink in last place is followed only with `follow` or
    where a slash stands behind it.
    """
    parts = path.split(b"/")[::-1]
    node, followed = ROOT, 0
    while parts:
        part = parts.pop()
        if part in (b"", b"."):
            continue
        if part == b"..":
            node = max(int(table.nodes.parents[node]), ROOT)
            continue
        found = table.nodes.find(table.nodes.path(node) + b"/" + part)
        if found is None or snapshot[found] < 0:
            return None
        target = _symlink_target(table, int(snapshot[found])) if parts or follow else None
        if target is None:
            node = found
            continue
        followed += 1
        if followed > MAX_SYMLINKS:
            return None
        node = ROOT if target.startswith(b"/") else node
        parts += target.split(b"/")[::-1]
    return node


def _symlink_target(table: FileTable, version: int) -> bytes | None:
    row = int(table.versions.inodes[version])
    return table.entries.columns.links[row] if table.entries.columns.types[row] == EntryType.SYMLINK else None
