"""The session and the view state joined: all panes show what this returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.oci import HistoryStep
from layerscope.tui.state.session import Session
from layerscope.tui.state.view_state import Kind, ViewState

if TYPE_CHECKING:
    from layerscope.tui.rows.tree_browser import TreeBrowser
    from layerscope.tui.rows.tree_view import TreeView


class Browser:
    """What is loaded (`session`), how the user looks at it (`state`), and the files: None before the first table."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.state = ViewState()
        self.history: tuple[HistoryStep, ...] = ()
        self.files: TreeBrowser | None = None

    def image_known(self) -> None:
        """The image's documents have arrived: its history can be listed."""
        if self.session.image:
            self.history = self.session.image.steps

    def view_changed(self) -> None:
        """Something in `state` was changed."""
        if self.files:
            self.files.view_changed()

    @property
    def tree(self) -> TreeView | None:
        """The tree to show; None until the first layers are merged."""
        return self.files.tree if self.files else None

    @property
    def is_searching(self) -> bool:
        """Whether a search is still running."""
        return self.state.search is not None and (self.files is None or self.files.is_searching)

    def show_path(self, path: bytes, layer: int) -> None:
        """Show what a layer changed, with the cursor on a path that the layer wrote."""
        self.state.mark, self.state.whole = None, False
        self.state.hidden.difference_update((Kind.ADDED, Kind.MODIFIED))
        self.state.cursor = path
        self.state.reveal(path)
        self.select_layer(layer)

    def find_path(self, path: bytes) -> None:
        """Put the cursor on a path: in the scope, or else in the layer that wrote the path last."""
        self.state.search = None
        self.state.cursor = path
        self.state.reveal(path)
        self.view_changed()
        layer = self.files.layer_of_hidden(path) if self.files else None
        if layer is not None:
            self.show_path(path, layer)

    def select_step(self, step: int) -> None:
        """Select a step of the history, and the layer that it made or stands on."""
        self.state.step = step
        made = [row.layer for row in self.history[: step + 1] if row.layer is not None]
        self.state.layer = made[-1] if made else 0
        self.view_changed()

    def select_layer(self, layer: int) -> None:
        """Select a layer."""
        self.select_step(next(step for step, row in enumerate(self.history) if row.layer == layer))
