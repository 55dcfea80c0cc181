"""What is open in the tree, and what is shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import ACTIONS, action
from layerscope.tui.state.view_state import Kind, Sort

if TYPE_CHECKING:
    from layerscope.tui.actions.registry import Action
    from layerscope.tui.rows.browser import Browser
    from layerscope.tui.screens.explorer import ExplorerScreen


@action
def open(explorer: ExplorerScreen) -> None:  # noqa: A001 - the action's name in the keymap
    """Open the directory under the cursor, or step into it where it is open; from the layers, go to the files."""
    if explorer.pane is not explorer.files_pane:
        _follow(explorer)
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
        explorer.draw.cursor()


@action
def toggle(explorer: ExplorerScreen) -> None:
    """Open or close the directory under the cursor; from the layers, go to the files."""
    if explorer.pane is explorer.files_pane:
        _set_open(explorer, opened=not _is_open(explorer.browser))
    else:
        _follow(explorer)


@action
def open_all(explorer: ExplorerScreen) -> None:
    """Open all directories."""
    explorer.browser.state.expansion.set_below(b"", opened=True)
    explorer.draw.tree()


@action
def close_all(explorer: ExplorerScreen) -> None:
    """Close all directories but the root."""
    expansion = explorer.browser.state.expansion
    expansion.set_below(b"", opened=False)
    expansion.set(b"", opened=True)
    explorer.draw.tree()


@action
def open_below(explorer: ExplorerScreen) -> None:
    """Open the directory under the cursor and all below it."""
    tree, node = explorer.browser.tree, explorer.browser.cursor_node
    if tree is not None and node is not None:
        explorer.browser.state.expansion.set_below(tree.facts.table.nodes.path(node), opened=True)
        explorer.draw.tree()


def _open_to(level: int) -> Action:
    def open_to(explorer: ExplorerScreen) -> None:
        explorer.browser.state.expansion.open_to(level)
        explorer.draw.tree()

    return open_to


ACTIONS.update({f"level_{level}": _open_to(level) for level in range(1, 10)})


@action
def sort(explorer: ExplorerScreen) -> None:
    """The next order."""
    orders = list(Sort)
    state = explorer.browser.state
    state.sort = orders[(orders.index(state.sort) + 1) % len(orders)]
    explorer.draw.tree()


@action
def ghosts(explorer: ExplorerScreen) -> None:
    """Show or hide what earlier layers deleted."""
    state = explorer.browser.state
    state.ghosts = not state.ghosts
    explorer.draw.tree()


@action
def attributes(explorer: ExplorerScreen) -> None:
    """Show or hide mode and owner."""
    state = explorer.browser.state
    state.attributes = not state.attributes
    explorer.draw.tree()


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


def _follow(explorer: ExplorerScreen) -> None:
    """From a layer to its files, from the row of a listing to its path."""
    row = explorer.browser.listing_row
    if explorer.pane is explorer.layers_pane:
        explorer.go_to(explorer.panes[1])
    elif explorer.pane is explorer.listing_pane and row is not None:
        explorer.go_to_path(row.path, row.layer)


def _toggle_kind(explorer: ExplorerScreen, kind: Kind) -> None:
    explorer.browser.state.hidden.symmetric_difference_update({kind})
    explorer.draw.tree()


def _is_open(browser: Browser) -> bool:
    tree, node = browser.tree, browser.cursor_node
    return tree is not None and node is not None and bool(tree.expanded[node]) and tree.has_children(node)


def _set_open(explorer: ExplorerScreen, *, opened: bool) -> None:
    tree, node = explorer.browser.tree, explorer.browser.cursor_node
    if tree is not None and node is not None and tree.has_children(node):
        explorer.browser.state.expansion.set(tree.facts.table.nodes.path(node), opened=opened)
        explorer.draw.tree()
