"""What the size column can measure: arrays with one element per node; directories include all shown below."""

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.comparison import Change
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.visible_rows import counts_below, sums_below
from layerscope.insight.accounting import Accounting
from layerscope.layers.layer_index import EntryType
from layerscope.tui.rows.compared_tree import ComparedTree


def holds_only_removed(
    compared: ComparedTree, wanted: NDArray[np.bool_], versions: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Whether all files shown at or below a node are removed, or ghosts."""
    stack = compared.stack
    is_removed = _is_removed(compared, wanted)
    if not is_removed.any():
        return is_removed
    is_file = stack.entries.columns.types[stack.versions.inodes[versions]] != EntryType.DIRECTORY
    is_there: NDArray[np.bool_] = counts_below(stack.nodes, wanted & ~is_removed & is_file) > 0
    return ~is_there & (counts_below(stack.nodes, is_removed) > 0)


def sizes(
    compared: ComparedTree, wanted: NDArray[np.bool_], versions: NDArray[np.int32], only_removed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Bytes of content; of several links to a file, the first by path has the size.

    A directory has the bytes of the files shown below it; removed files and ghosts count only if there are no others.
    """
    is_removed = _is_removed(compared, wanted)
    totals = _totals(compared.stack, versions, wanted & ~is_removed)
    return (
        np.where(only_removed, _totals(compared.stack, versions, is_removed), totals) if only_removed.any() else totals
    )


def _is_removed(compared: ComparedTree, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    changes = compared.comparison.changes
    removed: NDArray[np.bool_] = wanted & ((changes == Change.REMOVED) | (changes == Change.ABSENT))
    return removed


def content_sizes(stack: Stack, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Bytes of each of these nodes by itself; every link to a file has the size of the file."""
    return _of_versions(stack.content_sizes, wanted, versions)


def compressed_sizes(
    compared: ComparedTree, wanted: NDArray[np.bool_], versions: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Estimated bytes of the pull that carry what is shown."""
    return sums_below(compared.stack.nodes, own_compressed_sizes(compared.stack, wanted, versions))


def own_compressed_sizes(stack: Stack, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """The same of each of these nodes by itself."""
    return _of_versions(stack.entries.columns.compressed_sizes[stack.versions.rows], wanted, versions)


def wasted_sizes(compared: ComparedTree, accounting: Accounting | None) -> NDArray[np.int64]:
    """Dead bytes of all past versions, shown or not; 0 until the accounting is there."""
    return sums_below(compared.stack.nodes, own_wasted_sizes(compared, accounting))


def own_wasted_sizes(compared: ComparedTree, accounting: Accounting | None) -> NDArray[np.int64]:
    """The same of each node by itself."""
    if accounting is None or accounting.stack is not compared.stack:
        return np.zeros(compared.stack.nodes.count, np.int64)
    return accounting.wasted_sizes


def _totals(stack: Stack, versions: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    return sums_below(stack.nodes, stack.own_sizes(np.where(chosen, versions, np.int32(-1))))


def _of_versions(
    figures: NDArray[np.int64], wanted: NDArray[np.bool_], versions: NDArray[np.int32]
) -> NDArray[np.int64]:
    """The figure of the version that each wanted node shows, else 0; there may be no version at all."""
    own = np.zeros(len(versions), np.int64)
    chosen = np.flatnonzero(wanted & (versions >= 0))
    own[chosen] = figures[versions[chosen]]
    return own
