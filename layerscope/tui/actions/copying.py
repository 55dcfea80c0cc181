"""Copying to the clipboard of the terminal (OSC 52)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import action
from layerscope.tui.lines.spans import safe, shorten
from layerscope.tui.rows.quoting import quoted_path

if TYPE_CHECKING:
    from textual.screen import Screen

    from layerscope.tui.screens.explorer import ExplorerScreen

LONGEST_NOTE = 60


@action
def copy_path(explorer: ExplorerScreen) -> None:
    """Copy the path under the cursor."""
    tree, node = explorer.browser.tree, explorer.browser.cursor_node
    if tree is not None and node is not None:
        copy(explorer, quoted_path(tree.facts.table.nodes.path(node)))
    else:
        say_none(explorer)


@action
def copy_digest(explorer: ExplorerScreen) -> None:
    """Copy the digest of the selected layer."""
    image = explorer.browser.session.image
    if image is not None and image.layers:
        copy(explorer, str(image.layers[explorer.browser.state.layer].descriptor.digest))


@action
def copy_command(explorer: ExplorerScreen) -> None:
    """Copy the command line that prints what is looked at."""
    from layerscope.tui.rows import command_line  # noqa: PLC0415 - numpy loads after the first frame

    browser = explorer.browser
    if explorer.pane is explorer.layers_pane:
        command = command_line.layers_command(browser.session)
    elif browser.state.listing:
        command = command_line.listing_command(browser.session, browser.state.listing)
    else:
        command = command_line.path_command(browser)
    copy(explorer, command)


def say_none(screen: Screen[None]) -> None:
    """Say that the cursor is on nothing."""
    screen.app.notify("no path is selected", markup=False, timeout=2)


def copy(screen: Screen[None], text: str) -> None:
    """Copy a text, and say so."""
    screen.app.copy_to_clipboard(text)
    screen.app.notify(f"copied {shorten(safe(text), LONGEST_NOTE)}", markup=False, timeout=2)
