"""Moving within a pane, and from pane to pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from layerscope.tui.actions.registry import action

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen
    from layerscope.tui.widgets.line_view import LineView


MOVES = frozenset({"up", "down", "page_up", "page_down", "top", "bottom"})
"""The actions that move the cursor: of many in a row, only where it ends is drawn."""


class HasPane(Protocol):
    """A screen with a pane that has the focus."""

    @property
    def pane(self) -> LineView:
        """That pane."""


@action
def up(screen: HasPane) -> None:
    """One line up."""
    screen.pane.move(-1)


@action
def down(screen: HasPane) -> None:
    """One line down."""
    screen.pane.move(1)


@action
def page_up(screen: HasPane) -> None:
    """One page up."""
    screen.pane.move(-screen.pane.page_height)


@action
def page_down(screen: HasPane) -> None:
    """One page down."""
    screen.pane.move(screen.pane.page_height)


@action
def top(screen: HasPane) -> None:
    """To the first line."""
    screen.pane.move_to(0)


@action
def bottom(screen: HasPane) -> None:
    """To the last line."""
    screen.pane.move_to(screen.pane.line_count - 1)


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
