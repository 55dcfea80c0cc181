"""`Browser`: the session and the view state joined; all panes show what it returns.

The steps of the history are rows, each with the layer that it made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.oci import HistoryStep
from layerscope.tui.state.session import Session
from layerscope.tui.state.view_state import Kind, LayerOrder, Sort, ViewState

if TYPE_CHECKING:
    from layerscope.tui.rows.tree_browser import TreeBrowser
    from layerscope.tui.rows.tree_view import TreeView


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One step; sizes in bytes, None while they are not known. `number` is None for a step that made no layer.

    `command` is from outside, and not yet safe.
    """

    number: int | None
    command: str
    compressed_size: int = 0
    received_size: int = 0
    size: int | None = None
    live_size: int | None = None
    image_size: int | None = None
    failure: str = ""
    compared: bool = False
    is_mark: bool = False
    is_pull_known: bool = True


def layer_rows(history: Sequence[HistoryStep], session: Session, state: ViewState) -> list[LayerRow]:
    """One row per step of the history; below a missing layer, the fate of bytes is unknown."""
    highest_unread = max((layer.number for layer in session.unread), default=-1)
    return [_row(row, session, state, highest_unread) for row in history]


def step_order(rows: Sequence[LayerRow], order: LayerOrder) -> list[int]:
    """The numbers of the steps in this order; what is unknown comes last."""
    steps = range(len(rows))
    if order is LayerOrder.NUMBER:
        return list(steps)
    return sorted(steps, key=lambda step: -_measure(rows[step], order))


def _measure(row: LayerRow, order: LayerOrder) -> int:
    if row.size is None:
        return -1
    if order is LayerOrder.SIZE:
        return row.size
    return -1 if row.live_size is None else row.size - row.live_size


def _row(row: HistoryStep, session: Session, state: ViewState, highest_unread: int) -> LayerRow:
    if row.layer is None or session.image is None:
        return LayerRow(None, row.entry.created_by)
    layer, content = session.image.layers[row.layer], session.contents.get(row.layer)
    fates = session.accounting.layers[row.layer] if session.accounting and row.layer > highest_unread else None
    return LayerRow(
        number=row.layer,
        command=row.entry.created_by,
        compressed_size=layer.descriptor.size,
        is_pull_known=layer.is_pull_known,
        received_size=session.received_size(row.layer),
        size=content.size if content else None,
        live_size=fates.live_size if fates else None,
        image_size=session.accounting.image.size if session.accounting else None,
        failure=_failure(session, row.layer),
        compared=row.layer in state.scope.layers,
        is_mark=row.layer == state.mark,
    )


def _failure(session: Session, layer: int) -> str:
    """Why a layer is missing, in a word; empty if it is read, or will be."""
    content = session.contents.get(layer)
    if content is None:
        return "stopped" if session.stopped else ""
    return "" if content.is_sound else content.status_word


def _has(row: HistoryStep, text: str) -> bool:
    return text.casefold() in row.entry.created_by.casefold()


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
            if self.state.sort is Sort.PULL and not self.session.image.is_pull_known:
                self.state.sort = Sort.NAME

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

    def layer_called(self, text: str) -> int | None:
        """The layer of this number, or the next one whose instruction has the text; after the last comes the first."""
        layers = [row.layer for row in self.history if row.layer is not None]
        if text.isdecimal():
            return next((layer for layer in layers if str(layer) == text), None)
        has_text = [row.layer for row in self.history if row.layer is not None and _has(row, text)]
        return min(has_text, key=lambda layer: (layer <= self.state.layer, layer), default=None)

    def select_step(self, step: int) -> None:
        """Select a step of the history, and the layer that it made or stands on."""
        self.state.step = step
        made = [row.layer for row in self.history[: step + 1] if row.layer is not None]
        self.state.layer = made[-1] if made else 0
        self.view_changed()

    def select_layer(self, layer: int) -> None:
        """Select a layer."""
        self.select_step(next(step for step, row in enumerate(self.history) if row.layer == layer))
