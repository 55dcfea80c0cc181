"""What the tree can show of one table in one scope, before the user's wishes come in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from layerscope.filesystem.comparison import Change, compare
from layerscope.filesystem.outline import counts_below
from layerscope.filesystem.versions import Ending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.filesystem.comparison import Comparison
    from layerscope.filesystem.table import FileTable
    from layerscope.tui.state.scope import Scope


class Snapshots:
    """The latest snapshots of a table: going from layer to layer, what is after one is before the next."""

    KEPT = 4

    def __init__(self, table: FileTable) -> None:
        self.table = table
        self._latest: dict[int, NDArray[np.int32]] = {}

    def after(self, layer: int) -> NDArray[np.int32]:
        """The version of every node after a layer."""
        found = self._latest.pop(layer, None)
        self._latest[layer] = self.table.snapshot(layer) if found is None else found
        if len(self._latest) > self.KEPT:
            del self._latest[next(iter(self._latest))]
        return self._latest[layer]


@dataclass(frozen=True, eq=False)
class TreeFacts:
    """A comparison and what follows from it; every array has one element a node."""

    table: FileTable
    scope: Scope
    comparison: Comparison

    @classmethod
    def of(cls, snapshots: Snapshots, scope: Scope) -> TreeFacts:
        """The facts of a table in a scope."""
        table = snapshots.table
        before, after = snapshots.after(scope.before), snapshots.after(scope.after)
        return cls(table, scope, compare(table.versions, table.entries, before, after))

    @cached_property
    def changed_counts(self) -> NDArray[np.int32]:
        """How many changed paths each subtree holds, its top included."""
        return counts_below(self.table.nodes, self.comparison.changes > Change.UNMODIFIED)

    def holds_changes(self, node: int) -> bool:
        """Whether something changed below a node."""
        below = self.comparison.changes[node + 1 : self.table.nodes.ends[node]]
        return bool((below > Change.UNMODIFIED).any())

    @cached_property
    def ghosts(self) -> NDArray[np.int32]:
        """The last version of each path that is in neither snapshot but was before; -1 elsewhere."""
        versions = self.table.versions
        gone = np.flatnonzero((versions.died <= self.scope.before) & (versions.endings != Ending.SHADOWED))
        last = np.full(self.table.nodes.count, -1, np.int32)
        last[versions.nodes[gone]] = gone  # in order of time, so that the latest stays
        last[self.comparison.changes != Change.ABSENT] = -1
        return last
