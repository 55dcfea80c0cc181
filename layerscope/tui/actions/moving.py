"""Moving within a pane, and from pane to pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import action

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen


@action
def up(explorer: ExplorerScreen) -> None:
    """One line up."""
    explorer.pane.move(-1)


@action
def down(explorer: ExplorerScreen) -> None:
    """One line down."""
    explorer.pane.move(1)


@action
def page_up(explorer: ExplorerScreen) -> None:
    """One page up."""
    explorer.pane.move(-explorer.pane.page_height)


@action
def page_down(explorer: ExplorerScreen) -> None:
    """One page down."""
    explorer.pane.move(explorer.pane.page_height)


@action
def top(explorer: ExplorerScreen) -> None:
    """To the first line."""
    explorer.pane.move_to(0)


@action
def bottom(explorer: ExplorerScreen) -> None:
    """To the last line."""
    explorer.pane.move_to(explorer.pane.line_count - 1)


@action
def next_pane(explorer: ExplorerScreen) -> None:
    """The next pane, in the order of reading."""
    _turn(explorer, 1)


@action
def previous_pane(explorer: ExplorerScreen) -> None:
    """The pane before."""
    _turn(explorer, -1)


def _turn(explorer: ExplorerScreen, steps: int) -> None:
    panes = explorer.panes
    explorer.go_to(panes[(panes.index(explorer.pane) + steps) % len(panes)])
