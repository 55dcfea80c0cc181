"""What is open in the tree, and what is shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import action
from layerscope.tui.view.expansion import EVERYTHING
from layerscope.tui.view.view_state import Kind, Sort

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen
    from layerscope.tui.view.browser import Browser


@action
def open(explorer: ExplorerScreen) -> None:  # noqa: A001 - the action's name in the keymap
    """Open the directory under the cursor, or step into it where it is open; from the layers, go to the files."""
    if explorer.pane is not explorer.files_pane:
        explorer.go_to(explorer.files_pane)
    elif _is_open(explorer.browser):
        explorer.files_pane.move(1)
    else:
        _set_open(explorer, opened=True)


@action
def close(explorer: ExplorerScreen) -> None:
    """Close the directory under the cursor, or go to its parent."""
    if explorer.pane is not explorer.files_pane:
        return
    browser = explorer.browser
    if _is_open(browser):
        _set_open(explorer, opened=False)
    elif browser.state.cursor:
        browser.state.cursor = browser.state.cursor.rpartition(b"/")[0]
        explorer.show_cursor()


@action
def toggle(explorer: ExplorerScreen) -> None:
    """Open or close the directory under the cursor; from the layers, go to the files."""
    if explorer.pane is explorer.files_pane:
        _set_open(explorer, opened=not _is_open(explorer.browser))
    else:
        explorer.go_to(explorer.files_pane)


@action
def open_all(explorer: ExplorerScreen) -> None:
    """Open all directories."""
    explorer.browser.state.expansion.open_to(EVERYTHING)
    explorer.show_tree()


@action
def close_all(explorer: ExplorerScreen) -> None:
    """Close all directories but the root."""
    explorer.browser.state.expansion.open_to(1)
    explorer.show_tree()


@action
def sort(explorer: ExplorerScreen) -> None:
    """The next order."""
    orders = list(Sort)
    state = explorer.browser.state
    state.sort = orders[(orders.index(state.sort) + 1) % len(orders)]
    explorer.show_tree()


@action
def ghosts(explorer: ExplorerScreen) -> None:
    """Show or hide what earlier layers deleted."""
    state = explorer.browser.state
    state.ghosts = not state.ghosts
    explorer.show_tree()


@action
def attributes(explorer: ExplorerScreen) -> None:
    """Show or hide mode and owner."""
    state = explorer.browser.state
    state.attributes = not state.attributes
    explorer.show_tree()


@action
def added(explorer: ExplorerScreen) -> None:
    """Show or hide added paths."""
    _toggle_kind(explorer, Kind.ADDED)


@action
def modified(explorer: ExplorerScreen) -> None:
    """Show or hide modified paths."""
    _toggle_kind(explorer, Kind.MODIFIED)


@action
def removed(explorer: ExplorerScreen) -> None:
    """Show or hide removed paths."""
    _toggle_kind(explorer, Kind.REMOVED)


@action
def unmodified(explorer: ExplorerScreen) -> None:
    """Show or hide unmodified paths."""
    _toggle_kind(explorer, Kind.UNMODIFIED)


def _toggle_kind(explorer: ExplorerScreen, kind: Kind) -> None:
    explorer.browser.state.hidden.symmetric_difference_update({kind})
    explorer.show_tree()


def _is_open(browser: Browser) -> bool:
    tree, node = browser.tree, browser.cursor_node
    return tree is not None and node is not None and bool(tree.expanded[node]) and tree.has_children(node)


def _set_open(explorer: ExplorerScreen, *, opened: bool) -> None:
    tree, node = explorer.browser.tree, explorer.browser.cursor_node
    if tree is not None and node is not None and tree.has_children(node):
        explorer.browser.state.expansion.set(tree.facts.table.nodes.path(node), opened=opened)
        explorer.show_tree()
