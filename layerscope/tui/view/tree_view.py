"""The rows of the tree as the user wants to see them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from layerscope.filesystem.comparison import Change
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.outline import counts_below, outline, with_parents
from layerscope.tui.view.view_state import Kind, Sort

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.tui.view.tree_facts import TreeFacts
    from layerscope.tui.view.view_state import ViewState

_CHANGES_OF = {
    Kind.ADDED: (Change.ADDED,),
    Kind.MODIFIED: (Change.MODIFIED, Change.TOUCHED),
    Kind.REMOVED: (Change.REMOVED,),
    Kind.UNMODIFIED: (Change.UNMODIFIED,),
}
_BY_CHANGE = {Change.ADDED: 0, Change.MODIFIED: 1, Change.REMOVED: 2, Change.TOUCHED: 3, Change.UNMODIFIED: 4}


@dataclass(frozen=True, eq=False)
class TreeView:
    """Which nodes are rows, in which order, and the sizes beside them.

    A directory's size is the sum of the files that can be seen below it, so that the numbers add up; paths that are
    gone, removed or ghosts, count by themselves and only where nothing else is shown.
    """

    facts: TreeFacts
    wanted: NDArray[np.bool_]
    shown: NDArray[np.bool_]
    expanded: NDArray[np.bool_]
    versions: NDArray[np.int32]
    sort: Sort

    @classmethod
    def of(cls, facts: TreeFacts, state: ViewState) -> TreeView:
        """The tree in this state."""
        wanted = _wanted(facts, state)
        nodes = facts.table.nodes
        shown = with_parents(nodes, wanted)
        shown[ROOT] = True
        versions = facts.comparison.shown
        if state.ghosts:
            versions = np.where(versions >= 0, versions, facts.ghosts)
        return cls(facts, wanted, shown, state.expansion.mask(nodes), versions, state.sort)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Bytes of content of each node with what is shown below it; a file with several links counts once."""
        table, changes = self.facts.table, self.facts.comparison.changes
        gone = self.wanted & ((changes == Change.REMOVED) | (changes == Change.ABSENT))
        there = self.wanted & ~gone
        of_gone = table.total_sizes(np.where(gone, self.versions, -1))
        if not there.any():
            return of_gone
        return np.where(gone, of_gone, table.total_sizes(np.where(there, self.versions, -1)))

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """The visible nodes, top down."""
        return outline(self.facts.table.nodes, self.shown, self.expanded, self._sort_key())

    @cached_property
    def shown_counts(self) -> NDArray[np.int32]:
        """How many shown nodes each subtree holds, its top included."""
        return counts_below(self.facts.table.nodes, self.shown)

    def has_children(self, node: int) -> bool:
        """Whether something can be seen below a node once it is open."""
        return bool(self.shown_counts[node] > 1)

    def row_of(self, node: int) -> int | None:
        """The row of a node; None where it is hidden."""
        if self.sort is Sort.NAME:
            row = int(np.searchsorted(self.rows, node))
            return row if row < len(self.rows) and self.rows[row] == node else None
        found = np.flatnonzero(self.rows == node)
        return int(found[0]) if len(found) else None

    def row_of_path(self, path: bytes) -> int:
        """The row of a path, or of the nearest thing to it that can be seen."""
        nodes = self.facts.table.nodes
        while True:
            node = nodes.find(path)
            while node is not None and node >= 0:
                row = self.row_of(node)
                if row is not None:
                    return row
                node = int(nodes.parents[node])
            if not path:
                return 0
            path = path.rpartition(b"/")[0]

    def _sort_key(self) -> NDArray[np.int64] | None:
        if self.sort is Sort.SIZE:
            return -self.sizes
        if self.sort is Sort.CHANGE:
            return self._change_ranks()
        return None

    def _change_ranks(self) -> NDArray[np.int64]:
        ranks = np.full(256, len(_BY_CHANGE), np.int64)
        for change, rank in _BY_CHANGE.items():
            ranks[change] = rank
        by_own = ranks[self.facts.comparison.changes]
        inside = (by_own > _BY_CHANGE[Change.MODIFIED]) & (self.facts.changed_counts > 1)
        return np.where(inside, _BY_CHANGE[Change.MODIFIED], by_own)


def _wanted(facts: TreeFacts, state: ViewState) -> NDArray[np.bool_]:
    """The nodes that are wanted for themselves; parents come on top."""
    kinds = [change for kind in Kind if kind not in state.hidden for change in _CHANGES_OF[kind]]
    wanted = np.isin(facts.comparison.changes, kinds)
    if state.ghosts:
        wanted |= facts.ghosts >= 0
    return wanted
