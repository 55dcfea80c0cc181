"""The paths that differ between two images, with their bytes in both; and the same as a folded list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.comparison import Comparison
from layerscope.filesystem.nodes import ROOT, Nodes
from layerscope.filesystem.snapshot import Snapshot
from layerscope.layers.layer_index import ContentKind, EntryType


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
_OF_BYTES = Reason.CONTENT | Reason.CONTENT_UNKNOWN | Reason.TYPE | Reason.HARDLINK


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


@dataclass(frozen=True, slots=True, eq=False)
class SizedComparison:
    """Two images, and the bytes of content of each node in both; a file with several links has them at the first one.

    In the comparison, a path whose share of a hardlinked file differs counts as modified.
    """

    comparison: Comparison
    old_sizes: NDArray[np.int64]
    new_sizes: NDArray[np.int64]

    @classmethod
    def of(cls, comparison: Comparison) -> SizedComparison:
        """Count the links in both images."""
        old_sizes, new_sizes = comparison.before.own_sizes, comparison.after.own_sizes
        changes, reasons = comparison.changes.copy(), comparison.reasons.copy()
        both = (changes != Change.ADDED) & (changes != Change.REMOVED) & (reasons & Reason.CONTENT == 0)
        relinked = both & (old_sizes != new_sizes) & (reasons & Reason.TYPE == 0)
        changes[relinked] = Change.MODIFIED
        reasons[relinked] |= np.uint16(Reason.HARDLINK)
        return cls(replace(comparison, changes=changes, reasons=reasons), old_sizes, new_sizes)

    @property
    def has_other_bytes(self) -> NDArray[np.bool_]:
        """The nodes whose bytes of content only one image has, or may have."""
        changes, reasons = self.comparison.changes, self.comparison.reasons
        found: NDArray[np.bool_] = (changes == Change.ADDED) | (changes == Change.REMOVED) | (reasons & _OF_BYTES != 0)
        return found


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
        sized = SizedComparison.of(comparison)
        changes, reasons = sized.comparison.changes, sized.comparison.reasons
        is_listed = (changes != Change.ABSENT) & (changes != Change.UNMODIFIED)
        is_listed[ROOT] = changes[ROOT] == Change.MODIFIED
        nodes = np.flatnonzero(is_listed)
        sizes = (sized.old_sizes[nodes], sized.new_sizes[nodes])
        return cls(comparison, nodes, changes[nodes], reasons[nodes], *sizes)

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
        pairs = _find_moves(self.comparison).items()
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


_Key = tuple[int, int, int]
"""A content: its kind, its identity and its size."""


def _find_moves(comparison: Comparison) -> dict[int, int]:
    """Pairs of an added file and a removed file with the same content: the old node by the new node.

    Each file is in one pair at most; files with the same name are paired first. Empty files and contents that are not
    known are left out.
    """
    removed = _by_content(comparison.before, np.flatnonzero(comparison.changes == Change.REMOVED))
    added = _by_content(comparison.after, np.flatnonzero(comparison.changes == Change.ADDED))
    name = comparison.after.stack.nodes.name
    pairs: dict[int, int] = {}
    for key in added.keys() & removed.keys():
        pairs |= _pair({node: name(node) for node in added[key]}, {node: name(node) for node in removed[key]})
    return dict(sorted(pairs.items()))


def _by_content(snapshot: Snapshot, nodes: NDArray[np.int64]) -> dict[_Key, list[int]]:
    """The regular files among the nodes, by content."""
    columns = snapshot.stack.entries.columns
    rows = snapshot.stack.versions.inodes[snapshot.versions[nodes]]
    known = (columns.types[rows] == EntryType.REGULAR) & (columns.content_kinds[rows] != ContentKind.NONE)
    known &= columns.sizes[rows] > 0
    keys = (columns.content_kinds, columns.content_hashes, columns.sizes)
    found: defaultdict[_Key, list[int]] = defaultdict(list)
    for node, *key in zip(nodes[known].tolist(), *(column[rows[known]].tolist() for column in keys), strict=True):
        found[key[0], key[1], key[2]].append(node)
    return found


def _pair(added: dict[int, bytes], removed: dict[int, bytes]) -> dict[int, int]:
    """Pair nodes with equal names, then the others in order."""
    by_name: defaultdict[bytes, list[int]] = defaultdict(list)
    for node in reversed(removed):
        by_name[removed[node]].append(node)
    pairs = {node: by_name[name].pop() for node, name in added.items() if by_name.get(name)}
    return pairs | dict(zip(_without(added, pairs), _without(removed, pairs.values()), strict=False))


def _without(nodes: dict[int, bytes], taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [node for node in nodes if node not in gone]
