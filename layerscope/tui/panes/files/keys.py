"""What the keys of the tree do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.lines.spans import safe, shorten
from layerscope.tui.panes import marking
from layerscope.tui.panes.copying import LONGEST_NOTE, copy, say, say_nothing_selected
from layerscope.tui.panes.files.finding import FIND_KEYS, PathFinding
from layerscope.tui.panes.pane import Explorer
from layerscope.tui.panes.saving import save_path
from layerscope.tui.rows.image_command import quoted_path
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.view_state import ATTRIBUTES, Kind, Sort

if TYPE_CHECKING:
    from layerscope.tui.rows.tree_browser import TreeBrowser


def step_in(explorer: Explorer) -> None:
    """Open the directory under the cursor, or step into it if it is open."""
    files = explorer.browser.files
    if files and files.is_open:
        explorer.pane.move(1)
    else:
        _set_open(explorer, opened=True)


def step_out(explorer: Explorer) -> None:
    """Close the directory under the cursor, or go to its parent."""
    files, state = explorer.browser.files, explorer.browser.state
    if files and files.is_open:
        _set_open(explorer, opened=False)
    elif state.cursor:
        state.cursor = files.path_above if files else b""
        explorer.changed(Changed.CURSOR)


def toggle(explorer: Explorer) -> None:
    """Open or close the directory under the cursor."""
    files = explorer.browser.files
    if files and not files.has_children_below_cursor:
        _enter(explorer, files)
    else:
        _set_open(explorer, opened=not (files and files.is_open))


def open_all(explorer: Explorer) -> None:
    """Open all directories."""
    explorer.browser.state.expansion.set_below(b"", opened=True)
    explorer.changed(Changed.TREE)


def close_all(explorer: Explorer) -> None:
    """Close all directories but the root."""
    expansion = explorer.browser.state.expansion
    expansion.set_below(b"", opened=False)
    expansion.set(b"", opened=True)
    explorer.changed(Changed.TREE)


def open_below(explorer: Explorer) -> None:
    """Open the directory under the cursor and all below it."""
    files = explorer.browser.files
    if files and files.cursor_path is not None:
        explorer.browser.state.expansion.set_below(files.cursor_path, opened=True)
        explorer.changed(Changed.TREE)


def open_by(levels: int, explorer: Explorer) -> None:
    """Open the tree to one level more, or one less."""
    expansion = explorer.browser.state.expansion
    expansion.open_to(max(expansion.level + levels, 1))
    explorer.changed(Changed.TREE)


def clear_filters(explorer: Explorer) -> None:
    """Show the tree without filters and without a search."""
    explorer.part(PathFinding).give_up()
    explorer.browser.state.clear_filters()
    explorer.changed(Changed.TREE)


def sort(explorer: Explorer) -> None:
    """Sort by the next order; by the pull only if it is known."""
    image, state = explorer.browser.session.image, explorer.browser.state
    orders = [order for order in Sort if order is not Sort.PULL or image is None or image.is_pull_known]
    state.sort = orders[(orders.index(state.sort) + 1) % len(orders)]
    explorer.changed(Changed.TREE)


def toggle_ghosts(explorer: Explorer) -> None:
    """Show or hide ghosts."""
    state = explorer.browser.state
    state.ghosts = not state.ghosts
    explorer.changed(Changed.TREE)


def toggle_attributes(explorer: Explorer) -> None:
    """Show or hide mode and owner."""
    state = explorer.browser.state
    state.columns = state.columns - ATTRIBUTES if state.columns & ATTRIBUTES else state.columns | ATTRIBUTES
    explorer.changed(Changed.TREE)


def toggle_kind(kind: Kind, explorer: Explorer) -> None:
    """Show or hide a kind of change."""
    explorer.browser.state.hidden.symmetric_difference_update({kind})
    explorer.changed(Changed.TREE)


def mark_path(explorer: Explorer) -> None:
    """Mark the path under the cursor to be dropped, or remove its mark."""
    files = explorer.browser.files
    mark = files.cursor_mark if files else None
    if mark is None:
        say_nothing_selected(explorer.app)
        return
    holder = explorer.browser.state.changes.holder(mark)
    if holder:
        say(explorer.app, "this is marked already, with " + shorten("/" + safe(holder.path), LONGEST_NOTE))
    else:
        marking.toggle(explorer, mark)


def copy_path(explorer: Explorer) -> None:
    """Copy the path under the cursor."""
    files = explorer.browser.files
    if files and files.cursor_path is not None:
        copy(explorer.app, quoted_path(files.cursor_path))
    else:
        say_nothing_selected(explorer.app)


async def save(explorer: Explorer) -> None:
    """Save all marked paths, or the file or directory under the cursor, as it is shown."""
    files = explorer.browser.files
    path = files.cursor_path if files else None
    layer = files.cursor_layer if files else None
    if path is None or layer is None:
        say_nothing_selected(explorer.app)
    else:
        await save_path(explorer, path, layer)


def _enter(explorer: Explorer, files: TreeBrowser) -> None:
    """Follow a symlink; show the content of a file, or how it differs between two images."""
    details, pair = files.cursor_details, files.cursor_pair
    if details is None:
        return
    if details.link:
        _follow(explorer, files)
    elif details.is_directory:
        say(explorer.app, "nothing is shown below this directory")
    else:
        explorer.do_in("content", "diff" if pair and pair.has_two_contents else "content")


def _follow(explorer: Explorer, files: TreeBrowser) -> None:
    target = files.symlink_target
    if target is None:
        say(explorer.app, "the target of this symlink is not in the image after this layer")
    else:
        explorer.jump_to_path(target)


def _set_open(explorer: Explorer, *, opened: bool) -> None:
    files = explorer.browser.files
    if files and files.set_open(opened=opened):
        explorer.changed(Changed.TREE)


toggle_unmodified = partial(toggle_kind, Kind.UNMODIFIED)
KEYS = (
    *in_section(
        Section.TREE,
        Key("open", ("right", "l"), step_in, "open the directory, or go into it", here=True),
        Key("close", ("left", "h"), step_out, "close the directory, or go to its parent", here=True),
        Key(
            "toggle",
            ("enter",),
            toggle,
            "open a directory or close it, show a file, follow a symlink",
            here=True,
        ),
        Key("open_all", ("E", "asterisk"), open_all, "open all directories"),
        Key("close_all", ("C", "ctrl+@"), close_all, "close all directories"),
        Key("level_more", ("greater_than_sign",), partial(open_by, 1), "open the tree one level deeper"),
        Key("level_less", ("less_than_sign",), partial(open_by, -1), "close the deepest open level of the tree"),
        Key("open_below", ("O",), open_below, "open the directory and all below it"),
        Key(
            "sort",
            ("s", "ctrl+o"),
            sort,
            "sort by name, size, change, waste or pull size; layers by number, size, waste or pull",
            "sort",
            6,
        ),
        Key("ghosts", ("g",), toggle_ghosts, "show ghosts: deleted files that the image still ships", "ghosts", 10),
        Key("attributes", ("b", "ctrl+b"), toggle_attributes, "show or hide mode and owner"),
        Key("added", ("plus", "ctrl+a"), partial(toggle_kind, Kind.ADDED), "show or hide added paths"),
        Key("modified", ("tilde", "M"), partial(toggle_kind, Kind.MODIFIED), "show or hide modified paths"),
        Key("removed", ("minus", "ctrl+r"), partial(toggle_kind, Kind.REMOVED), "show or hide removed paths"),
        Key("unmodified", ("c", "ctrl+u"), toggle_unmodified, "show or hide unmodified paths", "unchanged", 8),
        Key("clear", ("0",), clear_filters, "clear all filters, and the search"),
    ),
    *FIND_KEYS,
    *in_section(
        Section.WHAT_IF,
        Key(
            "mark",
            ("space",),
            mark_path,
            "mark the path, layer or saving, or remove its mark; the header shows what all marked ones save",
            "mark",
            4,
            here=True,
            words="drop, delete, remove, select, save",
        ),
    ),
    Key("copy_path", ("y",), copy_path, "copy the path", order=1),
    Key(
        "save",
        ("x", "ctrl+e"),
        save,
        "save the file or directory, or all marked paths, to disk",
        order=4,
        words="extract, export, view",
    ),
)
