"""`FileTable`: the versions of a stack as columns that a query asks for, each computed once."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change
from layerscope.filesystem.comparison import CHANGE_OF, why
from layerscope.filesystem.path_search import Lines, name_lines, path_lines
from layerscope.filesystem.patterns import PathPattern
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.filesystem.visible_rows import with_subtrees
from layerscope.layers.layer_index import ContentKind, EntryColumns, EntryType

Mask = NDArray[np.bool_]

KEPT_PATTERNS = 8
"""The masks of this many patterns are kept: one more letter in a query does not search for its other words again."""


class FileTable:
    """Every column has one element per version of the stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._matched: dict[tuple[PathPattern, bool], Mask] = {}

    @property
    def columns(self) -> EntryColumns:
        """The columns of all entries; `inodes` and `rows` of the versions are positions in them."""
        return self.stack.entries.columns

    @cached_property
    def names(self) -> Lines:
        """The name of every node, as text to search in."""
        return name_lines(self.stack.nodes)

    @cached_property
    def paths(self) -> Lines:
        """The path of every node, as text to search in."""
        return path_lines(self.stack.nodes)

    def matching(self, pattern: PathPattern) -> Mask:
        """For every node whether the pattern matches its path, or a name in it."""
        return self._kept((pattern, False), self._matching)

    def matching_itself(self, pattern: PathPattern) -> Mask:
        """The same, without the nodes that match only by the name of a directory above them."""
        return self._kept((pattern, True), self._in_names) if pattern.in_names else self.matching(pattern)

    def _matching(self, pattern: PathPattern) -> Mask:
        if pattern.in_names:
            return with_subtrees(self.stack.nodes, self.matching_itself(pattern))
        if pattern.is_of_parts:
            return with_subtrees(self.stack.nodes, self._in_names(pattern))
        return self.paths.matching(pattern.pattern, ignore_case=pattern.ignores_case)

    def _in_names(self, pattern: PathPattern) -> Mask:
        return self.names.matching(pattern.pattern, ignore_case=pattern.ignores_case)

    def _kept(self, key: tuple[PathPattern, bool], search: Callable[[PathPattern], Mask]) -> Mask:
        if key not in self._matched:
            found = search(key[0])
            while len(self._matched) >= KEPT_PATTERNS:
                del self._matched[next(iter(self._matched))]
            self._matched[key] = found
        return self._matched[key]

    def of_nodes(self, nodes: Mask) -> Mask:
        """The versions of these nodes."""
        return np.asarray(nodes[self.stack.versions.nodes])

    @cached_property
    def types(self) -> NDArray[np.uint8]:
        """`EntryType` of each version; a hardlink is a regular file."""
        return self.columns.types[self.stack.versions.inodes]

    @cached_property
    def modes(self) -> NDArray[np.uint16]:
        """The permission bits of each version."""
        return self.columns.modes[self.stack.versions.inodes]

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Bytes of content of each version."""
        return self.stack.content_sizes

    @cached_property
    def pull_sizes(self) -> NDArray[np.int64]:
        """The share of each version in the compressed blob of its layer, in bytes."""
        return self.stack.compressed_sizes

    @cached_property
    def changes(self) -> NDArray[np.uint8]:
        """What the layer of each version did to its path (`Change`): added, modified, touched, unmodified or unknown.

        A shadowed version was never visible, so its change is `ABSENT`.
        """
        shadowed = self.stack.versions.fates == Fate.SHADOWED
        changes = np.where(shadowed, Change.ABSENT, Change.ADDED).astype(np.uint8)
        new = self._successions[1]
        changes[new] = CHANGE_OF[self.reasons[new]]
        return changes

    @cached_property
    def reasons(self) -> NDArray[np.uint16]:
        """In what each version differs from the one before it (`Reason`); nothing for a path that was not there."""
        versions, (old, new) = self.stack.versions, self._successions
        reasons = np.zeros(versions.count, np.uint16)
        reasons[new] = why(self.stack.entries, versions.inodes[old], versions.inodes[new])
        return reasons

    @cached_property
    def is_removed(self) -> Mask:
        """Whether a layer removed the version without writing the path again."""
        removed = np.asarray(self.stack.versions.fates == Fate.DELETED)
        removed[self._successions[0]] = False
        return removed

    @cached_property
    def _successions(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Versions that the same layer ended and followed by another version of the path, and these followers."""
        versions = self.stack.versions
        visible = np.flatnonzero(versions.fates != Fate.SHADOWED)
        old, new = visible[:-1], visible[1:]
        follows = (versions.nodes[old] == versions.nodes[new]) & (versions.died[old] == versions.born[new])
        return old[follows], new[follows]

    @cached_property
    def is_duplicate(self) -> Mask:
        """Whether another live file of the image, not a link to this one, has the same content.

        Files without bytes do not count.
        """
        versions, columns = self.stack.versions, self.columns
        rows = versions.inodes
        has_content = (columns.types[rows] == EntryType.REGULAR) & (columns.content_kinds[rows] != ContentKind.NONE)
        live = np.flatnonzero((versions.fates == Fate.LIVE) & has_content & (self.sizes > 0))
        files, back = np.unique(2 * rows[live].astype(np.int64) + (versions.born[live] >= 0), return_inverse=True)
        contents = columns.content_hashes[files // 2] ^ (files % 2).astype(np.uint64)  # images do not share them
        _, groups, counts = np.unique(contents, return_inverse=True, return_counts=True)
        found = np.zeros(versions.count, bool)
        found[live] = (counts[groups] > 1)[back]
        return found
