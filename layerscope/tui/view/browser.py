"""The model and the state joined: every answer a pane needs, computed once and kept until something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.view.history_rows import HistoryRow, history_rows
from layerscope.tui.view.view_state import ViewState

if TYPE_CHECKING:
    from layerscope.tui.view.session import Session
    from layerscope.tui.view.tree_facts import TreeFacts
    from layerscope.tui.view.tree_view import TreeView


class Browser:
    """What is loaded (`session`), how it is looked at (`state`), and the tree that follows from both."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.state = ViewState()
        self.history: tuple[HistoryRow, ...] = ()
        self._facts: TreeFacts | None = None
        self._tree: TreeView | None = None

    def image_known(self) -> None:
        """The image's documents have arrived: its history can be listed."""
        if self.session.image:
            self.history = history_rows(self.session.image)

    def table_changed(self) -> None:
        """More layers are merged."""
        self._facts = self._tree = None

    def view_changed(self) -> None:
        """Something in `state` was changed."""
        self._tree = None

    @property
    def tree(self) -> TreeView | None:
        """The tree to show; None until the first layers are merged."""
        if self.session.table is None:
            return None
        if self._tree is None:
            from layerscope.tui.view.tree_view import TreeView  # noqa: PLC0415 - numpy loads after the first frame

            self._tree = TreeView.of(self._facts_in_scope(), self.state)
        return self._tree

    def _facts_in_scope(self) -> TreeFacts:
        from layerscope.tui.view.tree_facts import TreeFacts  # noqa: PLC0415 - numpy loads after the first frame

        assert self.session.table is not None
        if self._facts is None or self._facts.scope != self.state.scope:
            self._facts = TreeFacts.of(self.session.table, self.state.scope)
        return self._facts

    @property
    def cursor_row(self) -> int:
        """The row of the tree that the cursor is on."""
        return self.tree.row_of_path(self.state.cursor) if self.tree else 0

    @property
    def cursor_node(self) -> int | None:
        """The node that the cursor is on."""
        tree = self.tree
        return int(tree.rows[self.cursor_row]) if tree and len(tree.rows) else None

    def select_step(self, step: int) -> None:
        """Look at a step of the history, and at the layer that it made or stands on."""
        self.state.step = step
        made = [row.layer for row in self.history[: step + 1] if row.layer is not None]
        self.state.layer = made[-1] if made else 0
        self.view_changed()

    def select_row(self, row: int) -> None:
        """Put the cursor on a row of the tree."""
        if self.tree and row < len(self.tree.rows):
            self.state.cursor = self.tree.facts.table.nodes.path(int(self.tree.rows[row]))

    def select_layer(self, layer: int) -> None:
        """Look at a layer."""
        self.select_step(next(step for step, row in enumerate(self.history) if row.layer == layer))
