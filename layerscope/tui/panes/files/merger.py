"""The job that merges layers into a table, again and again while they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.tui.panes.pane import Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.insight.accounting import Accounting
    from layerscope.insight.changes import ChangeCounts
    from layerscope.layers.layer_index import LayerIndex
    from layerscope.tui.rows.tree_browser import TreeBrowser

PATIENCE_AN_ENTRY = 50e-6
MOST_PATIENCE = 5.0
"""Seconds: many times as long as the merge takes, which has to be done again when the next layer is there."""


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """The layers that have arrived, None for the others. The last request has all of them.

    Merging takes them out of it: the columns of a big image are not held longer than they are needed.
    """

    indexes: list[LayerIndex | None]

    @property
    def is_last(self) -> bool:
        """Whether nothing more will come."""
        return None not in self.indexes

    @property
    def patience(self) -> float:
        """How many seconds to wait for more layers, before these are merged without them."""
        if self.is_last:
            return 0.0
        count = sum(index.count for index in self.indexes if index is not None)
        return min(count * PATIENCE_AN_ENTRY, MOST_PATIENCE)


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """The files of `layer_count` layers; with all layers come the account and the counts."""

    files: TreeBrowser
    layer_count: int
    accounting: Accounting | None = None
    change_counts: tuple[ChangeCounts, ...] = ()


class Merger(Job[MergeRequest, Merged]):
    """Merges whenever a layer was read, and puts the files into the browser."""

    name = "merger"
    only_latest = True
    follows = Changed.LAYER

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it follows one thing
        """Merge what is there."""
        self.ask(MergeRequest(self.explorer.browser.session.indexes()))

    def patience(self, request: MergeRequest) -> float:
        """How long more layers may take to come."""
        return request.patience

    def work(self, request: MergeRequest) -> Merged:
        """Merge, and once everything is there take the account, so that no frame has to wait for either."""
        from layerscope.filesystem.stack import Stack  # noqa: PLC0415 - numpy loads after the first frame
        from layerscope.insight.accounting import Accounting  # noqa: PLC0415 - the same
        from layerscope.insight.changes import change_counts  # noqa: PLC0415 - the same
        from layerscope.tui.rows.tree_browser import TreeBrowser  # noqa: PLC0415 - the same

        known, is_last = sum(index is not None for index in request.indexes), request.is_last
        stack = Stack.of(request.indexes)
        request.indexes.clear()
        files = TreeBrowser(stack, self.explorer.browser.session, self.explorer.browser.state)
        if not is_last:
            return Merged(files, known)
        accounting = Accounting.of(stack)
        _ = accounting.layers, accounting.compressed_layers
        return Merged(files, known, accounting, change_counts(stack))

    def take(self, result: Merged) -> None:
        """The tree has grown."""
        browser = self.explorer.browser
        browser.session.take(result.files.stack, result.layer_count, result.accounting, result.change_counts)
        browser.files = result.files
        self.explorer.changed(Changed.TABLE)
