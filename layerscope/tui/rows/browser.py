"""`Browser`: the session and the view state joined; all panes show what it returns.

The steps of the history are rows, each with the layer that it made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.filesystem.layer_numbers import is_of_base
from layerscope.insight.layer_diff import LayerSets
from layerscope.tui.rows.steps import Sign, Step, steps_of, steps_of_pair
from layerscope.tui.state.session import Session
from layerscope.tui.state.view_state import Kind, LayerOrder, Sort, ViewState

if TYPE_CHECKING:
    from layerscope.tui.rows.tree_browser import TreeBrowser
    from layerscope.tui.rows.tree_view import TreeView


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One step; sizes in bytes, None while they are not known. `number` is None for a step that made no layer.

    If it `is_partial`, only a part of the layer was read. `command` is from outside, and not yet safe. If there is a
    base, `sign` says which image has the step. The row of the whole comparison is called `pair_title`; its pull is what
    a pull of the image transfers.
    """

    number: int | None
    command: str
    compressed_size: int = 0
    received_size: int = 0
    size: int | None = None
    live_size: int | None = None
    image_size: int | None = None
    failure: str = ""
    is_partial: bool = False
    compared: bool = False
    is_anchor: bool = False
    ends_base: bool = False
    is_dropped: bool = False
    is_squashed: bool = False
    is_pull_known: bool = True
    sign: Sign = Sign.NONE
    pair_title: str = ""
    growth: int | None = None


def layer_rows(history: Sequence[Step], session: Session, state: ViewState) -> list[LayerRow]:
    """One row per step of the history; below a missing layer, the fate of bytes is unknown."""
    return [_pair_row(session, state) if row.is_pair else _row(row, session, state) for row in history]


def steps_of_image(browser: Browser) -> list[LayerRow]:
    """The steps of the image, in their order; of two images, those of the second one."""
    return [_row(browser.history[number], browser.session, browser.state) for number in image_steps(browser.history)]


def image_steps(history: Sequence[Step]) -> list[int]:
    """The numbers of the rows that are the steps of the image."""
    return [number for number, row in enumerate(history) if not (row.is_pair or is_of_base(row.below))]


def shares_of_base(session: Session, state: ViewState) -> tuple[int, int] | None:
    """The bytes of the base image, and the other bytes; None if they are not known."""
    accounting = session.whole_accounting
    if state.last_of_base is None or accounting is None:
        return None
    sizes = [layer.size for layer in accounting.layers]
    return sum(sizes[: state.last_of_base + 1]), sum(sizes[state.last_of_base + 1 :])


def step_order(rows: Sequence[LayerRow], order: LayerOrder) -> list[int]:
    """The numbers of the steps in this order; what is unknown comes last."""
    steps = range(len(rows))
    if order is LayerOrder.NUMBER:
        return list(steps)
    return sorted(steps, key=lambda step: -_measure(rows[step], order))


def _measure(row: LayerRow, order: LayerOrder) -> int:
    if order is LayerOrder.PULL:
        return row.compressed_size if row.is_pull_known and row.number is not None else -1
    if row.size is None:
        return -1
    if order is LayerOrder.SIZE:
        return row.size
    return -1 if row.live_size is None else row.size - row.live_size


def _row(row: Step, session: Session, state: ViewState) -> LayerRow:
    if row.layer is None or session.image is None:
        return LayerRow(None, row.entry.created_by, sign=row.sign)
    image, number = session.place(row.layer)
    assert image.image
    layer, content = image.image.layers[number], image.contents.get(number)
    fates = image.accounting.layers[number] if image.accounting and number > image.highest_unread else None
    return LayerRow(
        number=number,
        command=row.entry.created_by,
        compressed_size=layer.descriptor.size,
        is_pull_known=layer.is_pull_known,
        received_size=image.received_size(number),
        size=content.size if content else None,
        live_size=fates.live_size if fates else None,
        image_size=image.accounting.image.size if image.accounting else None,
        failure="" if session.is_same_image else _failure(image, number),
        is_partial=content is not None and not content.is_whole and content.entry_count > 0,
        compared=state.scope.covers(row.layer),
        is_anchor=row.layer == state.anchor,
        ends_base=row.layer == state.last_of_base,
        is_dropped=row.layer in state.changes.layers,
        is_squashed=state.changes.is_squashed(row.layer),
        sign=row.sign,
    )


def _pair_row(session: Session, state: ViewState) -> LayerRow:
    """What a pull of the image costs if the base is there, and how much the file system grew."""
    assert session.base
    assert session.base.image
    assert session.image
    layers = LayerSets.of(session.base.image, session.image)
    counts = f"{len(layers.shared)} shared, {len(layers.removed)} only in A, {len(layers.added)} only in B"
    return LayerRow(
        None,
        "",
        compressed_size=layers.pull_size,
        is_pull_known=layers.is_pull_known,
        compared=state.scope.compares_images,
        pair_title=f"A to B: {counts}",
        growth=session.diff.size_delta if session.diff and session.diff.is_whole else None,
    )


def _failure(session: Session, layer: int) -> str:
    """Why a layer is missing, in a word; empty if it is read, or will be."""
    content = session.contents.get(layer)
    if content is None:
        return "stopped" if session.stopped else ""
    return "" if content.is_sound else content.status_word


def _has(row: Step, text: str) -> bool:
    return text.casefold() in row.entry.created_by.casefold()


class Browser:
    """What is loaded (`session`), how the user looks at it (`state`), and the files: None before the first table."""

    def __init__(self, session: Session) -> None:
        self.session = session
        in_pair = session.base is not None
        self.state = ViewState(in_pair=in_pair, is_on_pair=in_pair)
        self.history: tuple[Step, ...] = ()
        self.files: TreeBrowser | None = None

    def image_known(self) -> None:
        """The image's documents have arrived: its history can be listed."""
        base, image = self.session.base, self.session.image
        if image and base is None:
            self.history = steps_of(image)
        elif image and base and base.image:
            self.history = steps_of_pair(base.image, image)
            self.select_step(0)
        if image and self.state.sort is Sort.PULL and not image.is_pull_known:
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
        self.state.anchor, self.state.whole = None, False
        self.state.hidden.difference_update((Kind.ADDED, Kind.MODIFIED))
        self.state.cursor = path
        self.state.reveal(path)
        self.select_layer(layer)

    def show_whole(self) -> None:
        """Show all files after the last layer."""
        self.state.anchor, self.state.whole = None, True
        self.select_layer(self.session.layer_count - 1)

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
            return next((layer for layer in layers if layer >= 0 and str(layer) == text), None)
        has_text = [row.layer for row in self.history if row.layer is not None and _has(row, text)]
        return min(has_text, key=lambda layer: (layer <= self.state.layer, layer), default=None)

    def select_step(self, step: int) -> None:
        """Select a step of the history, and the layer that it made or stands on."""
        self.state.step = step
        self.state.layer, self.state.is_on_pair = self.history[step].below, self.history[step].is_pair
        self.view_changed()

    def select_layer(self, layer: int) -> None:
        """Select a layer; one of the base that is shared is that of the image."""
        self.select_step(next(step for step, row in enumerate(self.history) if layer in (row.layer, row.in_base)))

    def layer_beside(self, steps: int) -> int | None:
        """The layer of the next row (`steps` 1), or of the row before (-1); None after the last."""
        layers = [row.layer for row in self.history if row.layer is not None]
        if self.state.is_on_pair:
            return next(iter(layers), None) if steps > 0 else None
        number = layers.index(self.state.layer) + steps if layers else -1
        return layers[number] if 0 <= number < len(layers) else None
