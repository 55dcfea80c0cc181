"""The paths that differ between two images as a list for people: most growth or shrinkage first, folded or not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.nodes import Nodes
from layerscope.filesystem.snapshot import Snapshot
from layerscope.insight.file_changes import ChangedPath, FileChanges
from layerscope.layers.layer_index import EntryType

_ONE_SIDED = (Change.ADDED, Change.REMOVED)


def single_paths(files: FileChanges) -> list[ChangedPath]:
    """Each path that differs; a moved file is one row, with its new path."""
    moved = {*files.moves, *files.moves.values()}
    return _sorted([*_moved(files), *(row for row in files.each() if row.node not in moved)])


def folded_paths(files: FileChanges) -> list[ChangedPath]:
    """As `single_paths`, but a directory that was added or removed whole stands for its files that were not moved.

    Files that were moved together are one row as well. Paths of which only the modification time changed are left out.
    """
    in_both = (row for row in files.each() if row.change not in (*_ONE_SIDED, Change.TOUCHED))
    return _sorted([*in_both, *_folded_moves(files), *_folded_directories(files)])


def _moved(files: FileChanges) -> Iterator[ChangedPath]:
    """The moved files; their bytes are in both images."""
    old_sizes = dict(zip(files.nodes.tolist(), files.old_sizes.tolist(), strict=True))
    new_sizes = dict(zip(files.nodes.tolist(), files.new_sizes.tolist(), strict=True))
    for new, old in files.moves.items():
        yield ChangedPath(new, Change.ADDED, Reason(0), old_sizes[old], new_sizes[new], moved_from=old)


def _folded_moves(files: FileChanges) -> Iterator[ChangedPath]:
    """The moved files by the directories in which their paths are the same before and after."""
    groups: defaultdict[tuple[int, int], list[ChangedPath]] = defaultdict(list)
    for row in _moved(files):
        groups[_renamed(files.tree, row)].append(row)
    for (new, old), rows in groups.items():
        old_size, new_size = sum(row.old_size for row in rows), sum(row.new_size for row in rows)
        whole = ChangedPath(new, Change.ADDED, Reason(0), old_size, new_size, len(rows), moved_from=old)
        yield whole if len(rows) > 1 else rows[0]


def _renamed(tree: Nodes, row: ChangedPath) -> tuple[int, int]:
    """The new and the old directory of a moved file, without the last parts that both paths have in common."""
    assert row.moved_from is not None
    new, old = row.node, row.moved_from
    while tree.name(new) == tree.name(old):
        new, old = int(tree.parents[new]), int(tree.parents[old])
    return new, old


def _folded_directories(files: FileChanges) -> Iterator[ChangedPath]:
    """Added and removed paths by the highest directory that was added or removed with them, without moved files.

    A directory is left out if all files in it were moved.
    """
    moved = np.array([*files.moves, *files.moves.values()], np.int64)
    chosen = np.isin(files.changes, _ONE_SIDED) & ~np.isin(files.nodes, moved)
    nodes, tops = files.nodes[chosen], _tops(files)
    is_file = ~(_is_directory(files.comparison.before) | _is_directory(files.comparison.after))[nodes]
    found, groups = np.unique(tops[nodes], return_inverse=True)
    columns = (files.old_sizes[chosen], files.new_sizes[chosen], is_file.astype(np.int64))
    sums = np.zeros((3, len(found)), np.int64)
    for total, column in zip(sums, columns, strict=True):
        np.add.at(total, groups, column)
    some_file = np.zeros(len(found), np.int64)
    some_file[groups[is_file]] = nodes[is_file]
    emptied = set(tops[moved].tolist())
    for top, old, new, count, file in zip(found.tolist(), *sums.tolist(), some_file.tolist(), strict=True):
        if count or top not in emptied:
            change = Change(int(files.comparison.changes[top]))
            yield ChangedPath(file if count == 1 else top, change, Reason(0), old, new, count)


def _is_directory(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Which nodes are directories in the snapshot."""
    found = np.zeros(snapshot.stack.nodes.count, bool)
    present = np.flatnonzero(snapshot.versions >= 0)
    rows = snapshot.stack.versions.inodes[snapshot.versions[present]]
    found[present] = snapshot.stack.entries.columns.types[rows] == EntryType.DIRECTORY
    return found


def _tops(files: FileChanges) -> NDArray[np.int64]:
    """For each node the highest path, below the root, that was added or removed together with it; else the node."""
    nodes = files.tree
    changes = np.full(nodes.count, Change.ABSENT, np.uint8)
    changes[files.nodes] = files.changes
    tops = np.arange(nodes.count)
    for level in nodes.by_depth[2:]:
        above = nodes.parents[level]
        folded = (changes[level] == changes[above]) & np.isin(changes[level], _ONE_SIDED)
        tops[level[folded]] = tops[above[folded]]
    return tops


def _sorted(rows: Iterable[ChangedPath]) -> list[ChangedPath]:
    """Most growth or shrinkage first, then the biggest."""
    return sorted(rows, key=lambda row: (-abs(row.growth), -max(row.old_size, row.new_size), row.node))
