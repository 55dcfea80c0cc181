"""What the size column can measure; every array has one element a node, directories with all that is shown below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layerscope.filesystem.comparison import Change
from layerscope.filesystem.outline import counts_below, sums_below
from layerscope.layers.layer_index import EntryType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.filesystem.stack import Stack
    from layerscope.insight.accounting import Accounting
    from layerscope.tui.rows.tree_facts import TreeFacts


def holds_only_gone(facts: TreeFacts, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether all files shown at or below a node are gone: removed, or ghosts."""
    stack = facts.stack
    is_gone = _is_gone(facts, wanted)
    if not is_gone.any():
        return is_gone
    is_file = stack.entries.columns.types[stack.versions.inodes[versions]] != EntryType.DIRECTORY
    is_there: NDArray[np.bool_] = counts_below(stack.nodes, wanted & ~is_gone & is_file) > 0
    return ~is_there & (counts_below(stack.nodes, is_gone) > 0)


def sizes(
    facts: TreeFacts, wanted: NDArray[np.bool_], versions: NDArray[np.int32], only_gone: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Bytes of content; of several links to a file the first one, by path, has its size.

    A directory has the bytes of the files shown below it that are there or, where all of them are gone, of those.
    """
    is_gone = _is_gone(facts, wanted)
    totals = _totals(facts.stack, versions, wanted & ~is_gone)
    return np.where(only_gone, _totals(facts.stack, versions, is_gone), totals) if only_gone.any() else totals


def _is_gone(facts: TreeFacts, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    changes = facts.comparison.changes
    gone: NDArray[np.bool_] = wanted & ((changes == Change.REMOVED) | (changes == Change.ABSENT))
    return gone


def pull_sizes(facts: TreeFacts, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Estimated bytes of the pull that carry what is shown."""
    return sums_below(facts.stack.nodes, own_pull_sizes(facts.stack, wanted, versions))


def own_pull_sizes(stack: Stack, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """The same of each of these nodes by itself."""
    own: NDArray[np.int64] = stack.entries.columns.compressed_sizes[stack.versions.rows[versions]]
    return np.where(wanted & (versions >= 0), own, 0)


def wasted_sizes(facts: TreeFacts, accounting: Accounting | None) -> NDArray[np.int64]:
    """Dead bytes of all past versions, shown or not; nothing as long as the account is not taken."""
    return sums_below(facts.stack.nodes, own_wasted_sizes(facts, accounting))


def own_wasted_sizes(facts: TreeFacts, accounting: Accounting | None) -> NDArray[np.int64]:
    """The same of each node by itself."""
    if accounting is None or accounting.stack is not facts.stack:
        return np.zeros(facts.stack.nodes.count, np.int64)
    return accounting.wasted_sizes


def _totals(stack: Stack, versions: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    return sums_below(stack.nodes, stack.own_sizes(np.where(chosen, versions, np.int32(-1))))
