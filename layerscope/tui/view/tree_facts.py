"""What the tree can show of one table in one scope, before the user's wishes come in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from layerscope.filesystem.comparison import Change
from layerscope.filesystem.outline import counts_below
from layerscope.filesystem.versions import Ending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.filesystem.comparison import Comparison
    from layerscope.filesystem.table import FileTable
    from layerscope.tui.view.scope import Scope


@dataclass(frozen=True, eq=False)
class TreeFacts:
    """A comparison and what follows from it; every array has one element a node."""

    table: FileTable
    scope: Scope
    comparison: Comparison

    @classmethod
    def of(cls, table: FileTable, scope: Scope) -> TreeFacts:
        """The facts of a table in a scope."""
        return cls(table, scope, table.compare(scope.before, scope.after))

    @cached_property
    def changed_counts(self) -> NDArray[np.int32]:
        """How many changed paths each subtree holds, its top included."""
        return counts_below(self.table.nodes, self.comparison.changes > Change.UNMODIFIED)

    @cached_property
    def ghosts(self) -> NDArray[np.int32]:
        """The last version of each path that is in neither snapshot but was before; -1 elsewhere."""
        versions = self.table.versions
        gone = np.flatnonzero((versions.died <= self.scope.before) & (versions.endings != Ending.SHADOWED))
        last = np.full(self.table.nodes.count, -1, np.int32)
        last[versions.nodes[gone]] = gone  # in order of time, so that the latest stays
        last[self.comparison.changes != Change.ABSENT] = -1
        return last
