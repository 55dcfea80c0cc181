"""What the size column can measure; every array has one element a node, directories with all that is shown below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layerscope.filesystem.comparison import Change

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.filesystem.table import FileTable
    from layerscope.insight.accounting import Accounting
    from layerscope.tui.view.tree_facts import TreeFacts


def sizes(facts: TreeFacts, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Bytes of content; a file with several links counts once for the directories above.

    Paths that are gone, removed or ghosts, count by themselves, and for directories only where nothing else is shown.
    """
    table, changes = facts.table, facts.comparison.changes
    is_gone = wanted & ((changes == Change.REMOVED) | (changes == Change.ABSENT))
    is_there = wanted & ~is_gone
    totals = _totals(table, versions, is_there)
    if is_gone.any():
        totals = np.where(is_gone | ~is_there.any(), _totals(table, versions, is_gone), totals)
    is_leaf = wanted & (table.nodes.ends == np.arange(1, table.nodes.count + 1))
    totals[is_leaf] = table.content_sizes[versions[is_leaf]]
    return totals


def pull_sizes(facts: TreeFacts, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Estimated bytes of the pull that carry what is shown."""
    table = facts.table
    own = np.where(wanted & (versions >= 0), table.entries.compressed_sizes[table.versions.rows[versions]], 0)
    return table.nodes.subtree_sums(own)


def wasted_sizes(facts: TreeFacts, accounting: Accounting | None) -> NDArray[np.int64]:
    """Dead bytes of all past versions, shown or not; nothing as long as the account is not taken."""
    if accounting is None or accounting.table is not facts.table:
        return np.zeros(facts.table.nodes.count, np.int64)
    return facts.table.nodes.subtree_sums(accounting.wasted_sizes)


def _totals(table: FileTable, versions: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    return table.total_sizes(np.where(chosen, versions, np.int32(-1)))
