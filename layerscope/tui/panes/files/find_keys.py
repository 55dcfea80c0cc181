"""Looking for paths, and going from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import action

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen


@action
async def find(explorer: ExplorerScreen) -> None:
    """Look for paths as one types."""
    await explorer.finding.open()


@action
async def regex(explorer: ExplorerScreen) -> None:
    """From text and globs to regular expressions, or back."""
    await explorer.finding.toggle_regex()


@action
async def go_to(explorer: ExplorerScreen) -> None:
    """Go to a path by a few of its letters."""
    from layerscope.tui.panes.files.go_to import GoToScreen  # noqa: PLC0415 - rarely used

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
    _go_to_match(explorer, 1)


@action
def previous_match(explorer: ExplorerScreen) -> None:
    """The path before that was found."""
    _go_to_match(explorer, -1)


@action
def next_change(explorer: ExplorerScreen) -> None:
    """The next path that changed."""
    _go_to_change(explorer, 1)


@action
def previous_change(explorer: ExplorerScreen) -> None:
    """The path before that changed."""
    _go_to_change(explorer, -1)


@action
def next_version(explorer: ExplorerScreen) -> None:
    """The next layer that wrote or removed the path."""
    _turn(explorer, 1)


@action
def previous_version(explorer: ExplorerScreen) -> None:
    """The layer before that wrote or removed the path."""
    _turn(explorer, -1)


def _go_to_match(explorer: ExplorerScreen, steps: int) -> None:
    explorer.browser.select_match(steps)
    explorer.draw.cursor()


def _go_to_change(explorer: ExplorerScreen, steps: int) -> None:
    if explorer.browser.select_change(steps):
        explorer.draw.tree()
    explorer.draw.cursor()


def _turn(explorer: ExplorerScreen, steps: int) -> None:
    layer = explorer.browser.layer_of_next_version(steps)
    if layer is not None:
        explorer.go_to_layer(layer)
