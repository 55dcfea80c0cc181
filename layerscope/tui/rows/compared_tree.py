"""What the tree can show of one stack in one scope, before sorting and filters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change
from layerscope.filesystem.comparison import Comparison
from layerscope.filesystem.layer_numbers import is_of_base
from layerscope.filesystem.snapshot import Snapshot
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.filesystem.visible_rows import counts_below
from layerscope.insight.file_changes import SizedComparison
from layerscope.tui.state.scope import Scope


class Snapshots:
    """The latest snapshots of a stack: the snapshot after a layer is the one before the next layer."""

    KEPT = 4

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._latest: dict[int, Snapshot] = {}

    def after(self, layer: int) -> Snapshot:
        """The snapshot after a layer."""
        found = self._latest.pop(layer, None)
        self._latest[layer] = self.stack.snapshot(layer) if found is None else found
        if len(self._latest) > self.KEPT:
            del self._latest[next(iter(self._latest))]
        return self._latest[layer]


@dataclass(frozen=True, eq=False)
class ComparedTree:
    """A comparison and what follows from it; every array has one element per node.

    `sized` has the bytes in both images, if two images are compared.
    """

    stack: Stack
    scope: Scope
    comparison: Comparison
    sized: SizedComparison | None = None

    @classmethod
    def of(cls, snapshots: Snapshots, scope: Scope) -> ComparedTree:
        """Compare the two snapshots of a scope."""
        comparison = snapshots.after(scope.before).compare(snapshots.after(scope.after))
        if not scope.compares_images:
            return cls(snapshots.stack, scope, comparison)
        sized = SizedComparison.of(comparison)
        return cls(snapshots.stack, scope, sized.comparison, sized)

    @cached_property
    def changed_counts(self) -> NDArray[np.int32]:
        """The number of changed paths in each subtree, its top included."""
        return counts_below(self.stack.nodes, self.comparison.changes > Change.UNMODIFIED)

    def holds_changes(self, node: int) -> bool:
        """Whether something changed below a node."""
        below = self.comparison.changes[node + 1 : self.stack.nodes.ends[node]]
        return bool((below > Change.UNMODIFIED).any())

    @cached_property
    def ghosts(self) -> NDArray[np.int32]:
        """The last version of each path that is in neither snapshot but was before; -1 elsewhere.

        Only the upper of two images has ghosts.
        """
        versions, scope = self.stack.versions, self.scope
        end = scope.after if scope.compares_images else scope.before
        is_of_image = (versions.born < 0) == is_of_base(scope.after)
        dead = np.flatnonzero(is_of_image & (versions.died <= end) & (versions.fates != Fate.SHADOWED))
        last = np.full(self.stack.nodes.count, -1, np.int32)
        last[versions.nodes[dead]] = dead  # in order of time, so that the latest stays
        last[self.comparison.changes != Change.ABSENT] = -1
        return last
