"""The rows of the tree as the user wants to see them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change
from layerscope.filesystem.layer_numbers import is_of_base
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.stack import of_versions
from layerscope.filesystem.visible_rows import counts_below, visible_rows, with_parents, with_subtrees
from layerscope.insight.accounting import Accounting
from layerscope.tui.rows import measures
from layerscope.tui.rows.chains import depth_of_row, depths_of_rows, joined_nodes
from layerscope.tui.rows.compared_tree import ComparedTree
from layerscope.tui.rows.found import Found, LayerCounts
from layerscope.tui.state.view_state import Kind, Sort, ViewState

_CHANGES_OF = {
    Kind.ADDED: (Change.ADDED,),
    Kind.MODIFIED: (Change.MODIFIED, Change.TOUCHED, Change.UNKNOWN),
    Kind.REMOVED: (Change.REMOVED,),
    Kind.UNMODIFIED: (Change.UNMODIFIED,),
}
_RANKED = (Change.ADDED, Change.MODIFIED, Change.UNKNOWN, Change.REMOVED, Change.TOUCHED, Change.UNMODIFIED)
_RANKS = {change: rank for rank, change in enumerate(_RANKED)}


@dataclass(frozen=True, eq=False)
class TreeView:
    """Which nodes are rows, in which order, and their figures; every array has one element per node.

    `wanted` are shown for themselves, `shown` with the directories above them. `matches` are the nodes that a search
    goes to; without a search, they and `found` are None. `joined` directories stand in the row of the directory below
    them; `depths` are those of the rows of directories. `versions` are what each node shows: its newest version in the
    scope, or a ghost; -1 for nothing.
    """

    compared: ComparedTree
    wanted: NDArray[np.bool_]
    shown: NDArray[np.bool_]
    expanded: NDArray[np.bool_]
    joined: NDArray[np.bool_]
    depths: NDArray[np.integer]
    versions: NDArray[np.int32]
    sort: Sort
    matches: NDArray[np.bool_] | None = None
    found: Found | None = None
    accounting: Accounting | None = None

    @classmethod
    def of(
        cls,
        compared: ComparedTree,
        state: ViewState,
        found: Found | None = None,
        accounting: Accounting | None = None,
    ) -> TreeView:
        """The tree in this state."""
        nodes, versions = compared.stack.nodes, compared.comparison.shown
        wanted = _table_of(state)[compared.comparison.changes]
        if state.ghosts:
            wanted |= compared.ghosts >= 0
            versions = np.where(versions >= 0, versions, compared.ghosts)
        matches = None if found is None else of_versions(found.matches, versions)
        if found is not None and matches is not None:
            is_below = found.query.has_only_patterns
            wanted &= with_subtrees(nodes, matches) if is_below else of_versions(found.hits, versions)
        shown = with_parents(nodes, wanted)
        shown[ROOT] = True
        seen = None if matches is None else matches & shown
        joined = np.zeros(nodes.count, bool)
        if state.sort is not Sort.WASTED:  # a directory may hold waste that is not shown below it
            joined = joined_nodes(compared, shown, versions, seen)
        depths = depths_of_rows(nodes, joined)
        holds_matches = None if seen is None else counts_below(nodes, seen) > seen
        expanded = state.expansion.mask(nodes, depths, holds_matches) | joined
        return cls(compared, wanted, shown, expanded, joined, depths, versions, state.sort, seen, found, accounting)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Bytes of content of each node with what is shown below it, without what `removed_sizes` has."""
        return measures.sizes(self.compared, self.wanted, self.versions, self.only_gone)

    @cached_property
    def only_gone(self) -> NDArray[np.bool_]:
        """Whether all files shown at or below a node are removed, or ghosts; removed ones may have their own column."""
        gone = measures.gone(self.compared, self.wanted)
        found = measures.holds_only(self.compared, self.wanted, gone, self.versions)
        is_only_gone: NDArray[np.bool_] = found & (self.removed_sizes == 0)
        return is_only_gone

    @cached_property
    def removed_sizes(self) -> NDArray[np.int64]:
        """Bytes of content that the scope removed at or below a node; 0 in the view of all layers."""
        if self.compared.scope.whole:
            return np.zeros(len(self.wanted), np.int64)
        return measures.removed_sizes(self.compared, self.wanted, self.versions)

    @cached_property
    def compressed_sizes(self) -> NDArray[np.int64]:
        """Estimated bytes of the pull that carry a node with what is shown below it."""
        return measures.compressed_sizes(self.compared, self.wanted, self.versions)

    def wasted_size(self, node: int) -> int:
        """Dead bytes of all past versions of a node and what is below it."""
        below = slice(node, self.compared.stack.nodes.ends[node])
        return int(measures.own_wasted_sizes(self.compared, self.accounting)[below].sum())

    @cached_property
    def measured(self) -> NDArray[np.int64]:
        """What the size column shows: sizes, or what the tree is sorted by instead."""
        if self.sort is Sort.PULL:
            return self.compressed_sizes
        if self.sort is Sort.WASTED:
            return measures.wasted_sizes(self.compared, self.accounting)
        return self.sizes

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """The visible nodes that have a row, top down."""
        return visible_rows(self.compared.stack.nodes, self.shown, self.expanded, self.sort_key, self.joined)

    def depth(self, node: int) -> int:
        """How deep the row of a shown node stands."""
        return depth_of_row(self.compared.stack.nodes, self.joined, self.depths, node)

    def row_end(self, node: int) -> int:
        """The node in whose row a shown node stands: itself, or the end of its chain."""
        while self.joined[node]:
            node += 1 + int(np.argmax(self.shown[node + 1 : self.compared.stack.nodes.ends[node]]))
        return node

    def row_top(self, node: int) -> int:
        """The highest directory in the row of a node."""
        parents = self.compared.stack.nodes.parents
        while node != ROOT and self.joined[parents[node]]:
            node = int(parents[node])
        return node

    @cached_property
    def sort_key(self) -> NDArray[np.int64] | None:
        """The keys of siblings, ascending, before their names; None to sort by name alone."""
        if self.sort is Sort.NAME:
            return None
        if self.sort is Sort.CHANGE:
            return self._change_ranks()
        if self.sort is Sort.SIZE:
            if self.compared.sized and not self.compared.scope.whole:
                return -(self.sizes + self.removed_sizes)
            own = measures.content_sizes(self.compared.stack, self.wanted, self.versions)
            biggest: NDArray[np.int64] = np.maximum(self.sizes + self.removed_sizes, own)
            return -biggest
        return -self.measured

    @cached_property
    def match_count(self) -> int:
        """The number of matches that can be shown."""
        return 0 if self.matches is None else int(self.matches.sum())

    @cached_property
    def elsewhere(self) -> LayerCounts:
        """How many matches of each layer are not here, because another version or another layer is shown."""
        if self.found is None or self.matches is None:
            return ()
        in_base = is_of_base(self.compared.scope.after)
        return self.found.elsewhere(self.versions[self.matches | self._hidden_matches], in_base=in_base)

    @cached_property
    def hidden_match_count(self) -> int:
        """How many matches a filter hides; in the view of a layer, unmodified paths are no matches."""
        return int(self._hidden_matches.sum())

    @cached_property
    def _hidden_matches(self) -> NDArray[np.bool_]:
        if self.found is None:
            return np.zeros(len(self.wanted), bool)
        is_here = (self.compared.comparison.changes > Change.UNMODIFIED) | self.compared.scope.whole
        return of_versions(self.found.matches, self.versions) & is_here & ~self.shown

    @property
    def words_without_hit(self) -> list[str]:
        """The words of the query that hold for no version that can be shown here."""
        return [] if self.found is None else self.found.words_without_hit(self.versions[self.versions >= 0])

    @property
    def hits(self) -> NDArray[np.int64]:
        """The versions that are shown and match, as a list has them: without the directories above them."""
        nodes = np.flatnonzero(self.wanted & (self.versions >= 0))
        versions: NDArray[np.int64] = self.versions[nodes[nodes != ROOT]].astype(np.int64)
        is_hit = slice(None) if self.found is None else self.found.hits[versions]
        return np.asarray(versions[is_hit])

    def hidden_kinds(self, state: ViewState) -> list[Kind]:
        """The kinds of change that filters hide here; in the view of a layer, unmodified paths do not count."""
        there = np.bincount(self.compared.comparison.changes[1:], minlength=256)
        kinds = [kind for kind in Kind if kind in state.hidden and there[list(_CHANGES_OF[kind])].any()]
        return [kind for kind in kinds if state.whole or kind is not Kind.UNMODIFIED]

    def has_children(self, node: int) -> bool:
        """Whether a node shows anything below it once it is open."""
        return bool(self.shown[node + 1 : self.compared.stack.nodes.ends[node]].any())

    def size_of(self, node: int) -> int:
        """What the size column shows for a node: every link to a file has the size of the file."""
        if self.sort in (Sort.PULL, Sort.WASTED) or self._counts_both(node):
            return int(self.measured[node])
        if self.compared.comparison.changes[node] == Change.REMOVED and not self.compared.scope.whole:
            return int(self.measured[node])
        return max(int(self.measured[node]), int(self.compared.stack.content_sizes[self.versions[node]]))

    def removed_size_of(self, node: int) -> int:
        """What the column of removed bytes shows for a node: every removed link to a file has the size of the file."""
        own = 0
        if self._counts_both(node):
            return int(self.removed_sizes[node])
        if self.compared.comparison.changes[node] == Change.REMOVED and not self.compared.scope.whole:
            own = int(self.compared.stack.content_sizes[self.versions[node]])
        return max(int(self.removed_sizes[node]), own)

    def _counts_both(self, node: int) -> bool:
        """Whether the node has the bytes that only one of two images has; a ghost has none."""
        is_pair = self.compared.scope.compares_images and not self.compared.scope.whole
        return is_pair and self.compared.comparison.changes[node] != Change.ABSENT

    @cached_property
    def has_removed_sizes(self) -> bool:
        """Whether the sizes have two columns: what was added, and what was removed."""
        return self.sort not in (Sort.PULL, Sort.WASTED) and bool(self.removed_sizes[ROOT])

    @cached_property
    def shows_only_changes(self) -> bool:
        """Whether nothing is shown that was there before, so that each size is one that was added or removed.

        If two images are compared, sizes are always so.
        """
        if self.compared.scope.compares_images and not self.compared.scope.whole:
            return True
        changes = self.compared.comparison.changes[self.wanted]
        others = (changes == Change.UNMODIFIED) | (changes == Change.ABSENT)
        return not self.compared.scope.whole and not bool(others.any())

    def _change_ranks(self) -> NDArray[np.int64]:
        ranks = np.full(256, len(_RANKS), np.int64)
        ranks[list(_RANKS)] = list(_RANKS.values())
        own = ranks[self.compared.comparison.changes]
        inside = (own > _RANKS[Change.MODIFIED]) & (self.compared.changed_counts > 1)
        return np.where(inside, _RANKS[Change.MODIFIED], own)


def _table_of(state: ViewState) -> NDArray[np.bool_]:
    """For every `Change` whether it is wanted."""
    wanted = np.zeros(256, bool)
    wanted[[change for kind in Kind if kind not in state.hidden for change in _CHANGES_OF[kind]]] = True
    return wanted
