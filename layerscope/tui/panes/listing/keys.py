"""The keys that show listings, and go from their rows to paths."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING

from layerscope.filesystem.layer_numbers import NOTHING
from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.lines.find_lines import REGEX_KEY
from layerscope.tui.panes import marking
from layerscope.tui.panes.copying import copy, say, say_nothing_selected
from layerscope.tui.panes.listing.finding import ListingFinding
from layerscope.tui.panes.listing.lister import Lister
from layerscope.tui.panes.pane import Explorer
from layerscope.tui.panes.saving import save_path
from layerscope.tui.rows.image_command import quoted_path
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.listing_look import LIST, ListingOrder

if TYPE_CHECKING:
    from layerscope.tui.lines.listings.listing import ListingRow


def toggle_listing(name: str, explorer: Explorer) -> None:
    """Show a listing, or the tree again."""
    explorer.show_listing(None if explorer.browser.state.listing == name else name)


async def go_to_path(explorer: Explorer) -> None:
    """Go to the path of the row in the tree; if the tree does not show it, select the layer that wrote it.

    If the row is a package, list its files.
    """
    row = _row(explorer)
    if row and row.query:
        await explorer.list_found(row.query)
    elif row and row.shown_after is not None:
        explorer.browser.state.cursor = row.path
        explorer.browser.state.reveal(row.path)
        explorer.show_listing(None)
        explorer.changed(Changed.TREE | Changed.CURSOR)
    elif row:
        explorer.go_to_path(row.path, row.layer)


def mark_row(explorer: Explorer) -> None:
    """Mark the versions of the row to be dropped, or the saving to be made; or remove the mark."""
    row = _row(explorer)
    if row is None:
        say_nothing_selected(explorer.app)
    elif row.mark is None:
        say(explorer.app, "this row cannot be marked; mark its paths in the tree or in the list of waste")
    else:
        marking.toggle(explorer, row.mark)


def find(explorer: Explorer) -> Awaitable[None]:
    """List only rows that match, while the user types; the list of files shares the find bar of the tree."""
    return _of_tree(explorer, "find") or explorer.part(ListingFinding).open()


def toggle_regex(explorer: Explorer) -> Awaitable[None]:
    """Switch between regular expressions and text or globs."""
    return _of_tree(explorer, "regex") or explorer.part(ListingFinding).toggle_regex()


def sort(explorer: Explorer) -> None:
    """Sort the listing by the next order."""
    listing = explorer.part(Lister).listing
    explorer.browser.state.listing_look.next_order(listing.orders if listing else list(ListingOrder))
    explorer.changed(Changed.LISTING)


def clear_search(explorer: Explorer) -> None:
    """List all rows again; of the list of files, clear the filters of the tree too."""
    if explorer.browser.state.listing == LIST:
        _of_tree(explorer, "clear")
    else:
        explorer.part(ListingFinding).leave(kept=False)


def copy_path(explorer: Explorer) -> None:
    """Copy the path of the row, or its name."""
    if row := _row(explorer):
        copy(explorer.app, row.name.decode("utf-8", "surrogateescape") if row.name else quoted_path(row.path))
    else:
        say_nothing_selected(explorer.app)


def copy_digest(explorer: Explorer) -> None:
    """Copy the digest of the layer that ships the path of the row."""
    row = _row(explorer)
    session, number = explorer.browser.session.place(row.layer) if row else (explorer.browser.session, 0)
    if row and row.layer != NOTHING and session.image:
        copy(explorer.app, str(session.image.layers[number].descriptor.digest))
    else:
        say_nothing_selected(explorer.app)


async def save(explorer: Explorer) -> None:
    """Save the path of the row as its layer left it."""
    row = _row(explorer)
    if row and row.query:
        say(explorer.app, "this row is not a path; enter lists its files")
    elif row:
        await save_path(explorer, row.path, row.layer if row.shown_after is None else row.shown_after)
    else:
        say_nothing_selected(explorer.app)


def _of_tree(explorer: Explorer, action: str) -> Awaitable[None] | None:
    """Do an action of the tree for the list of its files; None if another listing is shown."""
    return explorer.do_in("files", action) if explorer.browser.state.listing == LIST else None


def _row(explorer: Explorer) -> ListingRow | None:
    """The row under the cursor of the listing that is shown."""
    row: ListingRow | None = getattr(explorer.main, "row", None)
    return row


WASTE_HELP = "list wasted paths with their cause; enter goes to the path"
KEYS = (
    Key("open", ("right", "l"), go_to_path, here=True),
    Key("toggle", ("enter",), go_to_path, here=True),
    Key("mark", ("space",), mark_row, here=True),
    *in_section(
        Section.FINDING,
        Key(
            "list",
            ("v",),
            partial(toggle_listing, LIST),
            "switch between the tree and a flat list of its files, biggest first",
            "list",
            3,
            words="flat, biggest, found",
        ),
        Key("waste", ("w",), partial(toggle_listing, "waste"), WASTE_HELP, "waste", 4),
        Key("savings", ("W",), partial(toggle_listing, "savings"), "list savings and how to get them", "savings", 5),
        Key(
            "packages",
            ("u",),
            partial(toggle_listing, "packages"),
            "list packages with their bytes; enter lists the files of the package",
            words="dpkg, apk, rpm, npm, pip, owner, sbom",
        ),
    ),
    Key("find", ("slash", "f", "ctrl+f"), find),
    Key("regex", (REGEX_KEY,), toggle_regex, while_typing=True),
    Key("clear", ("0",), clear_search),
    Key("sort", ("s", "ctrl+o"), sort),
    Key("copy_path", ("y",), copy_path),
    Key("copy_digest", ("Y",), copy_digest, here=True),
    Key("save", ("x", "ctrl+e"), save),
)
