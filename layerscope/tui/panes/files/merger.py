"""The job that merges layers into a table, again and again while they arrive."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.tui.panes.pane import Explorer, Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.insight.accounting import Accounting
    from layerscope.insight.changes import ChangeCounts
    from layerscope.layers.layer_index import LayerIndex
    from layerscope.tui.rows.tree_browser import TreeBrowser

PATIENCE_AN_ENTRY = 50e-6
MOST_PATIENCE = 5.0
"""Seconds: many times as long as a merge takes, which must be done again when the next layer is read."""


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """The files of these layers; the accounting and the counts come with the last layer."""

    files: TreeBrowser
    layers: frozenset[int]
    accounting: Accounting | None = None
    change_counts: tuple[ChangeCounts, ...] = ()


class Merger(Job["list[LayerIndex | None]", Merged]):
    """Merges whenever a layer was read, and puts the files into the browser.

    A request has the layers that have arrived, None for the others; the last request has all of them. Merging empties
    it, so that the columns of a big image are freed early.
    """

    name = "merger"
    only_latest = True
    follows = Changed.LAYER | Changed.SCOPE

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._merged: frozenset[int] = frozenset()

    def update(self, what: Changed) -> None:
        """Merge the layers that are read; if only another layer was selected, do so if it is read but not merged.

        Two images are merged by another job.
        """
        session = self.explorer.browser.session
        is_new = what & Changed.LAYER or (session.unread and self._waits_for_selected(session.contents))
        if session.base is None and is_new:
            self.ask(session.indexes())

    def patience(self, request: list[LayerIndex | None]) -> float:
        """How many seconds to wait for more layers before these are merged; the selected layer is shown at once."""
        known = {layer for layer, index in enumerate(request) if index is not None}
        if None not in request or self._waits_for_selected(known):
            return 0.0
        return min(sum(index.count for index in request if index) * PATIENCE_AN_ENTRY, MOST_PATIENCE)

    def work(self, request: list[LayerIndex | None]) -> Merged:
        """Merge; after the last layer, take the accounting too, so that no frame waits for either."""
        from layerscope.filesystem.stack import Stack  # noqa: PLC0415 - numpy loads after the first frame
        from layerscope.insight.accounting import Accounting  # noqa: PLC0415 - the same
        from layerscope.insight.changes import change_counts  # noqa: PLC0415 - the same
        from layerscope.tui.rows.tree_browser import TreeBrowser  # noqa: PLC0415 - the same

        known = frozenset(layer for layer, index in enumerate(request) if index is not None)
        is_last = None not in request
        stack = Stack.of(request)
        request.clear()
        files = TreeBrowser(stack, self.explorer.browser.session, self.explorer.browser.state)
        if not is_last:
            return Merged(files, known)
        accounting = Accounting.of(stack)
        _ = accounting.layers, accounting.compressed_layers
        return Merged(files, known, accounting, change_counts(stack))

    def take(self, result: Merged) -> None:
        """Show the new table."""
        browser = self.explorer.browser
        browser.session.take(result.files.stack, len(result.layers), result.accounting, result.change_counts)
        browser.files = result.files
        self._merged = result.layers
        self.explorer.changed(Changed.TABLE)

    def _waits_for_selected(self, known: Container[int]) -> bool:
        """Whether the selected layer is known, but not merged."""
        layer = self.explorer.browser.state.layer
        return layer in known and layer not in self._merged
