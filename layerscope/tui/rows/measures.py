"""What the size column can measure: arrays with one element per node; directories include all shown below."""

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change
from layerscope.filesystem.pair_stack import PairStack
from layerscope.filesystem.stack import Stack, of_versions
from layerscope.filesystem.visible_rows import counts_below, sums_below
from layerscope.insight.accounting import Accounting
from layerscope.layers.layer_index import EntryType
from layerscope.tui.rows.compared_tree import ComparedTree

NOTHING = np.int32(-1)
"""The version of a node that shows none."""


def holds_only(
    compared: ComparedTree, wanted: NDArray[np.bool_], gone: NDArray[np.bool_], versions: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Whether all files shown at or below a node are among these, which are no longer there."""
    if not gone.any():
        return gone
    stack = compared.stack
    is_file = stack.entries.columns.types[stack.versions.inodes[versions]] != EntryType.DIRECTORY
    is_there: NDArray[np.bool_] = counts_below(stack.nodes, wanted & ~gone & is_file) > 0
    return ~is_there & (counts_below(stack.nodes, gone) > 0)


def gone(compared: ComparedTree, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The shown nodes that are removed, or ghosts."""
    changes = compared.comparison.changes
    found: NDArray[np.bool_] = wanted & ((changes == Change.REMOVED) | (changes == Change.ABSENT))
    return found


def sizes(
    compared: ComparedTree, wanted: NDArray[np.bool_], versions: NDArray[np.int32], only_gone: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Bytes of content; of several links to a file, the first by path has the size.

    A directory has the bytes of the files shown below it; files that are gone count only if there are no others. If two
    images are compared, only the bytes count that the first one does not have.
    """
    if compared.sized and not compared.scope.whole:
        own = np.where(wanted & compared.sized.has_other_bytes, compared.sized.new_sizes, 0)
        return sums_below(compared.stack.nodes, own)
    is_gone = gone(compared, wanted)
    there = totals(compared.stack, versions, wanted & ~is_gone)
    return np.where(only_gone, totals(compared.stack, versions, is_gone), there) if only_gone.any() else there


def removed_sizes(compared: ComparedTree, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Bytes of content that the scope removed from the file system; they cost nothing in its own layers.

    If two images are compared, also the former bytes of modified files: what was added less what was removed is then
    the growth.
    """
    if compared.sized:
        own = np.where(wanted & compared.sized.has_other_bytes, compared.sized.old_sizes, 0)
        return sums_below(compared.stack.nodes, own)
    return totals(compared.stack, versions, wanted & (compared.comparison.changes == Change.REMOVED))


def shipped(compared: ComparedTree, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.bool_]:
    """The shown nodes whose version is in a layer of the scope; in the view of all layers, each is.

    If two images are compared, a layer that the first one has is left out: it is there before the second one is pulled.
    """
    if compared.scope.whole or not compared.stack.versions.count:
        return wanted
    is_in_scope: NDArray[np.bool_] = compared.stack.versions.born[versions] > compared.scope.before
    if compared.scope.compares_images and isinstance(compared.stack, PairStack):
        is_in_scope &= ~compared.stack.is_shared[versions]
    is_there: NDArray[np.bool_] = wanted & (versions >= 0) & ~gone(compared, wanted) & is_in_scope
    return is_there


def content_sizes(stack: Stack, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Bytes of each of these nodes by itself; every link to a file has the size of the file."""
    return of_versions(stack.content_sizes, np.where(wanted, versions, NOTHING))


def files_below(stack: Stack, path: bytes, layer: int) -> tuple[int, int]:
    """The number of files at and below a path after a layer, and their bytes; a file with several links counts once."""
    node = stack.nodes.find(path)
    if node is None:
        return 0, 0
    versions = stack.snapshot(layer).versions[node : stack.nodes.ends[node]]
    inodes = np.unique(stack.versions.inodes[versions[versions >= 0]])
    inodes = inodes[stack.entries.columns.types[inodes] == EntryType.REGULAR]
    return len(inodes), int(stack.entries.columns.sizes[inodes].sum())


def compressed_sizes(
    compared: ComparedTree, wanted: NDArray[np.bool_], versions: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Estimated bytes of the pull that carry what is shown; of a layer or a range only what it ships."""
    own = own_compressed_sizes(compared.stack, shipped(compared, wanted, versions), versions)
    return sums_below(compared.stack.nodes, own)


def own_compressed_sizes(stack: Stack, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """The same of each of these nodes by itself."""
    return of_versions(stack.compressed_sizes, np.where(wanted, versions, NOTHING))


def wasted_sizes(compared: ComparedTree, accounting: Accounting | None) -> NDArray[np.int64]:
    """Dead bytes of all past versions, shown or not; 0 until the accounting is there."""
    return sums_below(compared.stack.nodes, own_wasted_sizes(compared, accounting))


def own_wasted_sizes(compared: ComparedTree, accounting: Accounting | None) -> NDArray[np.int64]:
    """The same of each node by itself."""
    if accounting is None or accounting.stack.nodes is not compared.stack.nodes:
        return np.zeros(compared.stack.nodes.count, np.int64)
    return accounting.wasted_sizes


def totals(stack: Stack, versions: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Bytes of the chosen nodes with what is below them."""
    return sums_below(stack.nodes, stack.own_sizes(np.where(chosen, versions, NOTHING)))
