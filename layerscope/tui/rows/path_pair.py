"""One path in two images."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.comparison import compare_contents
from layerscope.layers.layer_index import EntryType
from layerscope.report.diff import reason_words
from layerscope.tui.rows.path_details import PathDetails, path_details
from layerscope.tui.rows.tree_view import TreeView

MOST_PATHS = 3


@dataclass(frozen=True, slots=True)
class PathPair:
    """The path in both images; None if an image does not have it.

    `same` are paths that only the other image has, with the same content: the file may have been moved. `below_count`
    is the number of paths below it that differ, `touched_count` of those that differ only in time.
    """

    change: Change
    reasons: tuple[str, ...]
    before: PathDetails | None
    after: PathDetails | None
    same: tuple[bytes, ...] = ()
    below_count: int = 0
    touched_count: int = 0

    @property
    def has_two_contents(self) -> bool:
        """Whether it is a file in both images, and the contents differ, or may differ."""
        is_file = [side is not None and side.content is not None for side in (self.before, self.after)]
        return all(is_file) and not {"content", "content-unknown"}.isdisjoint(self.reasons)

    @property
    def shown(self) -> PathDetails:
        """The details in the image that has the path, the second one if both have it."""
        shown = self.after or self.before
        assert shown
        return shown


def path_pair(tree: TreeView, node: int) -> PathPair:
    """A node of the tree in both images; it must be in one of them."""
    comparison = tree.compared.comparison
    before, after = (int(snapshot.versions[node]) for snapshot in (comparison.before, comparison.after))
    change = Change(int(comparison.changes[node]))
    below = comparison.changes[node + 1 : int(tree.compared.stack.nodes.ends[node])]
    return PathPair(
        change,
        tuple(reason_words(Reason(int(comparison.reasons[node])))),
        None if before < 0 else path_details(tree, node, before),
        None if after < 0 else path_details(tree, node, after),
        _same_content(tree, node, change),
        int(tree.compared.changed_counts[node]) - (change > Change.UNMODIFIED),
        int((below == Change.TOUCHED).sum()),
    )


def _same_content(tree: TreeView, node: int, change: Change) -> tuple[bytes, ...]:
    """The paths that only the other image has, with the content of a file that only one image has."""
    others = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED}.get(change)
    stack, comparison = tree.compared.stack, tree.compared.comparison
    row = int(stack.versions.inodes[comparison.shown[node]])
    columns = stack.entries.columns
    if others is None or columns.types[row] != EntryType.REGULAR or not columns.sizes[row]:
        return ()
    nodes = np.flatnonzero(comparison.changes == others)
    rows = stack.versions.inodes[comparison.shown[nodes]]
    nodes, rows = _files(columns.types, nodes, rows)
    same = compare_contents(columns, np.full(len(rows), row), rows).same
    return tuple(stack.nodes.path(other) for other in nodes[same][:MOST_PATHS].tolist())


def _files(
    types: NDArray[np.uint8], nodes: NDArray[np.int64], rows: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    is_file = types[rows] == EntryType.REGULAR
    return nodes[is_file], rows[is_file]
