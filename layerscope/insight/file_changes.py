"""The paths that differ between two images, with their bytes in both; and the same as a folded list."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.comparison import Change, Comparison, Reason
from layerscope.filesystem.nodes import ROOT, Nodes
from layerscope.filesystem.snapshot import Snapshot
from layerscope.insight.moves import find_moves
from layerscope.layers.layer_index import EntryType

_ONE_SIDED = (Change.ADDED, Change.REMOVED)


class Equality(StrEnum):
    """Whether two images have the same file system and config, whatever their layers, history and times are."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    """No difference is known, but not everything could be compared."""

    @classmethod
    def of(cls, changes: Collection[int]) -> Equality:
        """The verdict on paths that changed in these ways (`Change`)."""
        if not _DIFFERENT.isdisjoint(changes):
            return cls.DIFFERENT
        return cls.UNKNOWN if Change.UNKNOWN in changes else cls.EQUAL


_DIFFERENT = frozenset((Change.ADDED, Change.REMOVED, Change.MODIFIED))


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """A path that differs, or a directory that was added or removed whole: then `file_count` counts the files in it.

    Sizes are bytes of content, 0 if the path is not in that image. A moved file has its old path in `moved_from`.
    """

    node: int
    change: Change
    reasons: Reason
    old_size: int
    new_size: int
    file_count: int = 1
    moved_from: int | None = None

    @property
    def growth(self) -> int:
        """Bytes; negative if it shrank."""
        return self.new_size - self.old_size


@dataclass(frozen=True, eq=False)
class FileChanges:
    """The nodes that differ, in preorder; all columns have the same length.

    `changes` are `Change`, `reasons` are `Reason`, sizes are bytes of content; a file with several links has its bytes
    at the first one. So the sum of `new_sizes` minus `old_sizes` is the growth of the file system. The root is there
    only if it was modified.
    """

    comparison: Comparison
    nodes: NDArray[np.int64]
    changes: NDArray[np.uint8]
    reasons: NDArray[np.uint16]
    old_sizes: NDArray[np.int64]
    new_sizes: NDArray[np.int64]

    @classmethod
    def of(cls, comparison: Comparison) -> FileChanges:
        """All paths that differ; a path whose share of a hardlinked file differs counts as modified."""
        old_sizes, new_sizes = comparison.before.own_sizes, comparison.after.own_sizes
        changes, reasons = comparison.changes.copy(), comparison.reasons.copy()
        both = (changes != Change.ADDED) & (changes != Change.REMOVED) & (reasons & Reason.CONTENT == 0)
        relinked = both & (old_sizes != new_sizes) & (reasons & Reason.TYPE == 0)
        changes[relinked] = Change.MODIFIED
        reasons[relinked] |= np.uint16(Reason.HARDLINK)
        changes[ROOT] = changes[ROOT] if changes[ROOT] == Change.MODIFIED else Change.ABSENT
        nodes = np.flatnonzero((changes != Change.ABSENT) & (changes != Change.UNMODIFIED))
        return cls(comparison, nodes, changes[nodes], reasons[nodes], old_sizes[nodes], new_sizes[nodes])

    @property
    def tree(self) -> Nodes:
        """The paths of both images."""
        return self.comparison.after.stack.nodes

    @property
    def equality(self) -> Equality:
        """Whether the file systems are equal, apart from times."""
        return Equality.of(set(np.unique(self.changes).tolist()))

    def count(self, change: Change) -> int:
        """The number of paths that changed in this way."""
        return int((self.changes == change).sum())

    @cached_property
    def moves(self) -> dict[int, int]:
        """The files that were removed in one place and added with the same content in another: old node by new node."""
        own = set(self.nodes.tolist())
        pairs = find_moves(self.comparison).items()
        return {new: old for new, old in pairs if new in own and old in own}

    def below(self, node: int) -> FileChanges:
        """Only the paths strictly below a node; a file that was moved from or to elsewhere is no move here."""
        inside = (self.nodes > node) & (self.nodes < self.tree.ends[node])
        columns = (self.nodes, self.changes, self.reasons, self.old_sizes, self.new_sizes)
        return FileChanges(self.comparison, *(column[inside] for column in columns))

    def each(self) -> Iterator[ChangedPath]:
        """Each path that differs, in preorder; a moved file is there twice, with its old and its new path."""
        columns = (self.nodes, self.changes, self.reasons, self.old_sizes, self.new_sizes)
        for node, change, reasons, old, new in zip(*(column.tolist() for column in columns), strict=True):
            yield ChangedPath(node, Change(change), Reason(reasons), old, new, moved_from=self.moves.get(node))

    def paths(self) -> list[ChangedPath]:
        """Each path that differs, most growth or shrinkage first; a moved file is one row, with its new path."""
        moved = {*self.moves, *self.moves.values()}
        return _sorted([*self._moved_rows(), *(row for row in self.each() if row.node not in moved)])

    def folded(self) -> list[ChangedPath]:
        """As `paths`, but a directory that was added or removed whole stands for everything in it that was not moved.

        Paths of which only the modification time changed are left out.
        """
        moved = np.array(sorted([*self.moves, *self.moves.values()]), np.int64)
        alone = (row for row in self.each() if row.change not in (*_ONE_SIDED, Change.TOUCHED))
        return _sorted([*alone, *self._moved_rows(), *self._folded_rows(moved)])

    def _moved_rows(self) -> Iterator[ChangedPath]:
        """The moved files; their bytes are in both images."""
        old_sizes = dict(zip(self.nodes.tolist(), self.old_sizes.tolist(), strict=True))
        new_sizes = dict(zip(self.nodes.tolist(), self.new_sizes.tolist(), strict=True))
        for new, old in self.moves.items():
            yield ChangedPath(new, Change.ADDED, Reason(0), old_sizes[old], new_sizes[new], moved_from=old)

    def _folded_rows(self, moved: NDArray[np.int64]) -> Iterator[ChangedPath]:
        """Added and removed paths by the highest directory that was added or removed with them, without moved files."""
        one_sided = np.isin(self.changes, _ONE_SIDED)
        tops = _tops(self.tree, self.comparison.changes)
        emptied = np.unique(tops[moved])
        chosen = one_sided & ~np.isin(self.nodes, moved)
        is_file = ~(_is_directory(self.comparison.before) | _is_directory(self.comparison.after))[self.nodes]
        found, groups = np.unique(tops[self.nodes[chosen]], return_inverse=True)
        old, new, counts = (np.zeros(len(found), np.int64) for _ in range(3))
        np.add.at(old, groups, self.old_sizes[chosen])
        np.add.at(new, groups, self.new_sizes[chosen])
        np.add.at(counts, groups, is_file[chosen].astype(np.int64))
        only = np.zeros(len(found), np.int64)
        only[groups[is_file[chosen]]] = self.nodes[chosen][is_file[chosen]]
        for number, top in enumerate(found.tolist()):
            count = int(counts[number])
            if count or top not in emptied:
                node = int(only[number]) if count == 1 else top
                change = Change(int(self.comparison.changes[top]))
                yield ChangedPath(node, change, Reason(0), int(old[number]), int(new[number]), count)


def _is_directory(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Which nodes are directories in the snapshot."""
    found = np.zeros(snapshot.stack.nodes.count, bool)
    present = np.flatnonzero(snapshot.versions >= 0)
    rows = snapshot.stack.versions.inodes[snapshot.versions[present]]
    found[present] = snapshot.stack.entries.columns.types[rows] == EntryType.DIRECTORY
    return found


def _tops(nodes: Nodes, changes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each node the highest directory, below the root, that was added or removed together with it, or the node."""
    tops = np.arange(nodes.count)
    for level in nodes.by_depth[2:]:
        above = nodes.parents[level]
        folded = (changes[level] == changes[above]) & np.isin(changes[level], _ONE_SIDED)
        tops[level[folded]] = tops[above[folded]]
    return tops


def _sorted(rows: list[ChangedPath]) -> list[ChangedPath]:
    return sorted(rows, key=lambda row: (-abs(row.growth), -max(row.old_size, row.new_size), row.node))
