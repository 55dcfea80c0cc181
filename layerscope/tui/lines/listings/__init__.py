"""Lists that the explorer shows instead of the tree. A new one is a module here, a line below and a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from layerscope.tui.lines.listings.files import files
from layerscope.tui.lines.listings.packages import packages
from layerscope.tui.lines.listings.savings import savings
from layerscope.tui.lines.listings.waste import waste
from layerscope.tui.state.listing_look import LIST
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.tui.lines.listings.listing import Listing
    from layerscope.tui.rows.tree_view import TreeView

LISTINGS: dict[str, Callable[[Session], Listing]] = {"waste": waste, "savings": savings, "packages": packages}
"""Each function is called in a worker once everything is read, so it may be slow."""
TREE_LISTINGS: dict[str, Callable[[Session, TreeView], Listing]] = {LIST: files}
"""The same of listings that follow the tree; they do not wait until everything is read."""
