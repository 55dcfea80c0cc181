"""What changed between two snapshots, node by node, and why.

Whether two files have the same content has three answers: yes, no, or unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.entries import Entries
from layerscope.layers.layer_index import ContentKind, EntryColumns, EntryType

if TYPE_CHECKING:
    from layerscope.filesystem.snapshot import Snapshot


class ContentsCompared(NamedTuple):
    """Two masks over pairs of regular files; a pair in neither mask is unknown."""

    same: NDArray[np.bool_]
    different: NDArray[np.bool_]


def compare_contents(columns: EntryColumns, old: NDArray[np.integer], new: NDArray[np.integer]) -> ContentsCompared:
    """Compare the contents of pairs of rows.

    Different sizes decide, and so does the size 0. Else only identities of the same kind can be compared.
    """
    kinds = columns.content_kinds[old]
    comparable = (kinds == columns.content_kinds[new]) & (kinds != ContentKind.NONE)
    equal = columns.content_hashes[old] == columns.content_hashes[new]
    sizes = columns.sizes[old]
    same_size = sizes == columns.sizes[new]
    same = same_size & ((comparable & equal) | (sizes == 0) | (old == new))
    return ContentsCompared(same, ~same & (~same_size | comparable))


def _change_of(reasons: Reason) -> Change:
    """What happened to a path that is in both snapshots."""
    apart_from_time = reasons & ~Reason.MTIME
    if not apart_from_time:
        return Change.TOUCHED if reasons else Change.UNMODIFIED
    return Change.UNKNOWN if apart_from_time == Reason.CONTENT_UNKNOWN else Change.MODIFIED


CHANGE_OF = np.array([_change_of(Reason(reasons)) for reasons in range(2 * Reason.CONTENT_UNKNOWN)], np.uint8)
"""The change of a path that is in both snapshots; the index is its reasons."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two snapshots side by side; every array has one element per node.

    `changes` are `Change`, `reasons` are `Reason`.
    """

    before: Snapshot
    after: Snapshot
    changes: NDArray[np.uint8]
    reasons: NDArray[np.uint16]

    @property
    def shown(self) -> NDArray[np.int32]:
        """For two snapshots of one image, the version to show for each node: the new or the removed one, else -1."""
        return np.where(self.after.versions >= 0, self.after.versions, self.before.versions)

    def count(self, change: Change) -> int:
        """How many paths changed that way; the root, which every image has, does not count."""
        return int((self.changes[1:] == change).sum())


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """Compare two snapshots node by node; raises `ValueError` if they are not of the same nodes."""
    if before.stack.nodes is not after.stack.nodes:
        raise ValueError("only images from the same merge can be compared")
    old, new = before.versions, after.versions
    was, there = old >= 0, new >= 0
    changes = np.full(len(old), Change.ABSENT, np.uint8)
    changes[there & ~was] = Change.ADDED
    changes[was & ~there] = Change.REMOVED
    changes[was & there] = Change.UNMODIFIED
    reasons = np.zeros(len(old), np.uint16)
    is_one_image = before.stack is after.stack
    nodes = np.flatnonzero(was & there & (old != new) if is_one_image else was & there)
    old_rows = before.stack.versions.inodes[old[nodes]]
    new_rows = after.stack.versions.inodes[new[nodes]]
    is_other = old_rows != new_rows  # two images share most rows
    nodes, old_rows, new_rows = nodes[is_other], old_rows[is_other], new_rows[is_other]
    reasons[nodes] = why(before.stack.entries, old_rows, new_rows)
    changes[nodes] = CHANGE_OF[reasons[nodes]]
    return Comparison(before, after, changes, reasons)


def why(entries: Entries, old: NDArray[np.int32], new: NDArray[np.int32]) -> NDArray[np.uint16]:
    """For pairs of rows, the attributes that differ; if the type differs, only the type."""

    def differs(column: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(column[old] != column[new])

    columns = entries.columns
    same, different = compare_contents(columns, old, new)
    is_file = columns.types[new] == EntryType.REGULAR
    found = {
        Reason.CONTENT: is_file & different,
        Reason.CONTENT_UNKNOWN: is_file & ~(same | different),
        Reason.MODE: differs(columns.modes),
        Reason.OWNER: differs(columns.uids) | differs(columns.gids),
        Reason.MTIME: differs(columns.mtimes),
        Reason.LINK: differs(entries.link_marks),
        Reason.XATTR: differs(entries.xattr_marks),
        Reason.DEVICE: differs(columns.devices),
    }
    reasons = np.zeros(len(old), np.uint16)
    for reason, mask in found.items():
        reasons[mask] |= np.uint16(reason)
    reasons[differs(columns.types)] = Reason.TYPE
    return reasons
