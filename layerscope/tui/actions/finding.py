"""Looking for paths, and going from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import action

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.tui.screens.explorer import ExplorerScreen
    from layerscope.tui.view.tree_view import TreeView


@action
async def find(explorer: ExplorerScreen) -> None:
    """Look for paths as one types."""
    await explorer.finding.open()


@action
async def go_to(explorer: ExplorerScreen) -> None:
    """Go to a path by a few of its letters."""
    from layerscope.tui.screens.go_to import GoToScreen  # noqa: PLC0415 - rarely used

    def go(path: bytes | None) -> None:
        if path is not None:
            explorer.browser.find_path(path)
            explorer.show_listing(None)
            explorer.draw.scope()

    if explorer.browser.session.table is not None:
        await explorer.app.push_screen(GoToScreen(explorer.browser.session.table), go)


@action
def next_match(explorer: ExplorerScreen) -> None:
    """The next path that was found."""
    from layerscope.tui.view import places  # noqa: PLC0415 - numpy loads after the first frame

    _go(explorer, places.next_match, 1)


@action
def previous_match(explorer: ExplorerScreen) -> None:
    """The path before that was found."""
    from layerscope.tui.view import places  # noqa: PLC0415 - numpy loads after the first frame

    _go(explorer, places.next_match, -1)


@action
def next_change(explorer: ExplorerScreen) -> None:
    """The next path that changed."""
    from layerscope.tui.view import places  # noqa: PLC0415 - numpy loads after the first frame

    _go(explorer, places.next_change, 1)


@action
def previous_change(explorer: ExplorerScreen) -> None:
    """The path before that changed."""
    from layerscope.tui.view import places  # noqa: PLC0415 - numpy loads after the first frame

    _go(explorer, places.next_change, -1)


@action
def next_version(explorer: ExplorerScreen) -> None:
    """The next layer that wrote or removed the path."""
    _turn(explorer, 1)


@action
def previous_version(explorer: ExplorerScreen) -> None:
    """The layer before that wrote or removed the path."""
    _turn(explorer, -1)


def _go(explorer: ExplorerScreen, find: Callable[[TreeView, int, int], int | None], steps: int) -> None:
    browser = explorer.browser
    row = find(browser.tree, browser.cursor_row, steps) if browser.tree else None
    if row is not None:
        browser.select_row(row)
        explorer.draw.cursor()


def _turn(explorer: ExplorerScreen, steps: int) -> None:
    layer = explorer.browser.layer_of_next_version(steps)
    if layer is not None:
        explorer.go_to_layer(layer)
