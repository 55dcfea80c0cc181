"""What the size column can measure; every array has one element a node, directories with all that is shown below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layerscope.filesystem.comparison import Change
from layerscope.filesystem.outline import sums_below

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.filesystem.table import FileTable
    from layerscope.insight.accounting import Accounting
    from layerscope.tui.view.tree_facts import TreeFacts


def sizes(facts: TreeFacts, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Bytes of content; of several links to a file the first one, by path, has its size.

    Paths that are gone, removed or ghosts, count by themselves, and for directories only where nothing else is shown.
    """
    table, changes = facts.table, facts.comparison.changes
    is_gone = wanted & ((changes == Change.REMOVED) | (changes == Change.ABSENT))
    is_there = wanted & ~is_gone
    totals = _totals(table, versions, is_there)
    if is_gone.any():
        totals = np.where(is_gone | ~is_there.any(), _totals(table, versions, is_gone), totals)
    return totals


def pull_sizes(facts: TreeFacts, wanted: NDArray[np.bool_], versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Estimated bytes of the pull that carry what is shown."""
    table = facts.table
    own = np.where(wanted & (versions >= 0), table.entries.compressed_sizes[table.versions.rows[versions]], 0)
    return sums_below(table.nodes, own)


def wasted_sizes(facts: TreeFacts, accounting: Accounting | None) -> NDArray[np.int64]:
    """Dead bytes of all past versions, shown or not; nothing as long as the account is not taken."""
    if accounting is None or accounting.table is not facts.table:
        return np.zeros(facts.table.nodes.count, np.int64)
    return sums_below(facts.table.nodes, accounting.wasted_sizes)


def _totals(table: FileTable, versions: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    return sums_below(table.nodes, table.own_sizes(np.where(chosen, versions, np.int32(-1))))
