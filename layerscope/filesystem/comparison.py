"""What changed between two snapshots, node by node, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Any

import numpy as np

from layerscope.layers.layer_index import EntryType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.filesystem.entries import Entries
    from layerscope.filesystem.versions import Versions


class Change(IntEnum):
    """What happened to a path between two snapshots."""

    ABSENT = 0
    """It is in neither."""
    UNMODIFIED = 1
    TOUCHED = 2
    """Only its modification time changed: it was written again, but nothing that an image compares by."""
    ADDED = 3
    MODIFIED = 4
    REMOVED = 5


class Reason(IntFlag):
    """Why a path counts as modified (OCI image-spec layer.md, "Change Types")."""

    CONTENT = 1
    MODE = 2
    OWNER = 4
    MTIME = 8
    LINK = 16
    XATTR = 32
    TYPE = 64
    DEVICE = 128


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two snapshots side by side; every array has one element a node.

    `old` and `new` are version numbers, -1 where the path is not there; `changes` are `Change`, `reasons` are `Reason`.
    """

    old: NDArray[np.int32]
    new: NDArray[np.int32]
    changes: NDArray[np.uint8]
    reasons: NDArray[np.uint8]

    @property
    def shown(self) -> NDArray[np.int32]:
        """The version to show for each node: the new one, or the one that was removed; -1 for neither."""
        return np.where(self.new >= 0, self.new, self.old)

    def count(self, change: Change) -> int:
        """How many paths changed that way; the root, which every image has, does not count."""
        return int((self.changes[1:] == change).sum())


def compare(versions: Versions, entries: Entries, old: NDArray[np.int32], new: NDArray[np.int32]) -> Comparison:
    """Compare two snapshots, each given as the version of every node, -1 for none."""
    was, there = old >= 0, new >= 0
    changes = np.full(len(old), Change.ABSENT, np.uint8)
    changes[there & ~was] = Change.ADDED
    changes[was & ~there] = Change.REMOVED
    changes[was & there] = Change.UNMODIFIED
    reasons = np.zeros(len(old), np.uint8)
    nodes = np.flatnonzero(was & there & (old != new))
    reasons[nodes] = why(entries, versions.inodes[old[nodes]], versions.inodes[new[nodes]])
    changes[nodes[reasons[nodes] == Reason.MTIME]] = Change.TOUCHED
    changes[nodes[(reasons[nodes] & ~np.uint8(Reason.MTIME)) != 0]] = Change.MODIFIED
    return Comparison(old, new, changes, reasons)


def why(entries: Entries, old: NDArray[np.int32], new: NDArray[np.int32]) -> NDArray[np.uint8]:
    """For pairs of rows, the attributes in which they differ; where the type differs, that alone."""

    def differs(column: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(column[old] != column[new])

    columns = entries.columns
    is_file = columns.types[new] == EntryType.REGULAR
    found = {
        Reason.CONTENT: is_file & (differs(columns.sizes) | differs(columns.contents)),
        Reason.MODE: differs(columns.modes),
        Reason.OWNER: differs(columns.uids) | differs(columns.gids),
        Reason.MTIME: differs(columns.mtimes),
        Reason.LINK: differs(entries.link_marks),
        Reason.XATTR: differs(entries.xattr_marks),
        Reason.DEVICE: differs(columns.devices),
    }
    reasons = np.zeros(len(old), np.uint8)
    for reason, mask in found.items():
        reasons[mask] |= np.uint8(reason)
    reasons[differs(columns.types)] = Reason.TYPE
    return reasons
