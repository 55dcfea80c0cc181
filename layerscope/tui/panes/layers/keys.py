"""Which layers are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import action

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen


@action
def whole(explorer: ExplorerScreen) -> None:
    """Everything up to the layer, or only what it changed."""
    state = explorer.browser.state
    state.whole = not state.whole
    explorer.draw.scope()


@action
def this_layer(explorer: ExplorerScreen) -> None:
    """Only what the selected layer changed."""
    state = explorer.browser.state
    state.whole, state.mark = False, None
    explorer.draw.scope()


@action
def mark(explorer: ExplorerScreen) -> None:
    """One end of a range: what changed from here to the layer that is selected later."""
    state = explorer.browser.state
    state.mark = None if state.mark is not None else state.layer
    state.whole = False
    explorer.draw.scope()


@action
def next_layer(explorer: ExplorerScreen) -> None:
    """The layer above."""
    _go(explorer, 1)


@action
def previous_layer(explorer: ExplorerScreen) -> None:
    """The layer below."""
    _go(explorer, -1)


def _go(explorer: ExplorerScreen, steps: int) -> None:
    layer = explorer.browser.state.layer + steps
    if 0 <= layer < explorer.browser.session.layer_count:
        explorer.go_to_layer(layer)
