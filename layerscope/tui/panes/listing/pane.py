"""The pane for lists that are shown instead of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.fields import dim_line, placeholder
from layerscope.tui.lines.file_words import look_of_listing, why_empty, why_listing_is_empty, why_no_listing
from layerscope.tui.lines.glyphs import MARKED
from layerscope.tui.lines.spans import Line, Span
from layerscope.tui.panes.listing.finding import ListingFinding
from layerscope.tui.panes.listing.keys import KEYS
from layerscope.tui.panes.listing.lister import Lister
from layerscope.tui.panes.pane import Details, Explorer, Pane
from layerscope.tui.rows.image_command import listing_command
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.listing_look import LIST, ListingLook, ListingOrder

if TYPE_CHECKING:
    from layerscope.tui.lines.listings.listing import Listing, ListingRow
    from layerscope.tui.rows.target import Target

_ORDERS = {order.value: order for order in ListingOrder} | {"saves": ListingOrder.SIZE, "live": ListingOrder.SIZE}
"""By the heads of the columns."""


class ListingPane(Pane):
    """Draws a listing, or says why there is none."""

    NAME = "listing"
    KEYS = KEYS
    PARTS = (Lister, ListingFinding)
    follows = Changed.VIEW | Changed.FOUND | Changed.LISTING | Changed.MARKED
    on_right = True
    is_called_by_keys = True

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._listing: Listing | None = None
        self._shown: list[int] = []
        self._empty = ""

    @property
    def is_shown(self) -> bool:
        """Whether a listing is shown instead of the tree."""
        return self.explorer.browser.state.listing is not None

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it is drawn as a whole
        """Draw the listing; if there is none yet, its title and the reason."""
        name = self.explorer.browser.state.listing
        if name is None:
            return
        listing = self._listing = self.explorer.part(Lister).listing
        self._shown = listing.arranged(self._order_and_search) if listing else []
        self._empty = (
            why_listing_is_empty(listing.empty or why_empty(self.explorer.browser), self._order_and_search)
            if listing
            else why_no_listing(self.explorer.browser)
        )
        self.has_cursor = bool(self._shown)
        self.set_title(*(listing.titles if listing else (name.capitalize(),)))
        self.set_subtitle(look_of_listing(self.explorer.browser, listing.orders if listing else ()))
        number = self._order_and_search.rows.get(name, 0)
        self.lines_changed(self._shown.index(number) if number in self._shown else 0)

    def cursor_moved(self) -> None:
        """The cursor is on another row."""
        if self._listing and self._shown:
            self._order_and_search.rows[self._listing.name] = self._shown[self.cursor]
        self.explorer.changed(Changed.ROW)

    def sort_by(self, head: str) -> bool:
        """Sort by a column."""
        order = _ORDERS.get(head)
        if order is None or self._listing is None or order not in self._listing.orders:
            return False
        self._order_and_search.order = order
        self.explorer.changed(Changed.LISTING)
        return True

    def step_back(self) -> bool:
        """Go back to the tree."""
        if not self.is_shown:
            return False
        self.explorer.show_listing(None)
        return True

    def describe(self) -> Details:
        """The details of the row under the cursor."""
        row = self.row
        return "Details", row.details if row else lambda _width: dim_line("nothing is selected")

    @property
    def target(self) -> Target | None:
        """The version that the row under the cursor is about."""
        files, row = self.explorer.browser.files, self.row
        return files.target_at(row.path, row.layer) if files and row and not row.query else None

    @property
    def command(self) -> str | None:
        """The command line that prints the listing."""
        browser = self.explorer.browser
        if browser.state.listing == LIST:
            return browser.files.list_command if browser.files else None
        return listing_command(browser.session, browser.state.listing) if browser.state.listing else None

    @property
    def line_count(self) -> int:
        """One line per row; if there is none, the lines that say why."""
        return len(self._shown) or len(placeholder(self._empty, self.scrollable_content_region.width))

    def heading(self, width: int) -> Line:
        """The heads of the columns."""
        return self._listing.heading(width) if self._listing and self._shown else ()

    def line(self, row: int, width: int) -> Line:
        """One row."""
        if self._listing is None or not self._shown:
            return placeholder(self._empty, width)[row]
        shown = self._listing.rows[self._shown[row]]
        first, *rest = shown.line(width)
        changes = self.explorer.browser.state.changes
        if shown.mark not in (*changes.marks, *changes.savings):
            return first, *rest
        return Span(MARKED, "marked"), Span(first.text[1:], first.style), *rest

    @property
    def row(self) -> ListingRow | None:
        """The row under the cursor; None if there is none."""
        return self._listing.rows[self._shown[self.cursor]] if self._listing and self._shown else None

    @property
    def _order_and_search(self) -> ListingLook:
        return self.explorer.browser.state.listing_look
