"""The keys that show listings, and go from their rows to paths."""

from functools import partial

from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.panes.listing.lister import Lister
from layerscope.tui.panes.pane import Explorer


def toggle_listing(name: str, explorer: Explorer) -> None:
    """Show a listing, or the tree again."""
    explorer.show_listing(None if explorer.browser.state.listing == name else name)


def go_to_path(explorer: Explorer) -> None:
    """Go from a row to its path, as a layer left it."""
    listing, state = explorer.part(Lister).listing, explorer.browser.state
    row = listing.row(state.listing_rows.get(listing.name, 0)) if listing else None
    if row is not None:
        explorer.go_to_path(row.path, row.layer)


WASTE_HELP = "list wasted paths with their cause; enter goes to the path"
KEYS = (
    Key("open", ("right", "l"), go_to_path, here=True),
    Key("toggle", ("enter", "space"), go_to_path, here=True),
    *in_section(
        Section.FINDING,
        Key("waste", ("w",), partial(toggle_listing, "waste"), WASTE_HELP, "waste", 4),
        Key("savings", ("W",), partial(toggle_listing, "savings"), "list savings and how to get them", "savings", 5),
    ),
)
