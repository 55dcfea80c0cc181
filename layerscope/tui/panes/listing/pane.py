"""The pane for lists that are shown instead of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.fields import dim_line, placeholder
from layerscope.tui.lines.file_words import why_no_listing
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.listing.keys import KEYS
from layerscope.tui.panes.listing.lister import Lister
from layerscope.tui.panes.pane import Details, Explorer, Pane
from layerscope.tui.rows.path_command import listing_command
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.tui.lines.listings.listing import Listing


class ListingPane(Pane):
    """Draws a listing, or says why there is none."""

    NAME = "listing"
    KEYS = KEYS
    PARTS = (Lister,)
    follows = Changed.LOADED | Changed.LISTING
    on_right = True
    cycled = False

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._listing: Listing | None = None
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
        self._empty = listing.empty if listing else why_no_listing(self.explorer.browser)
        self.has_cursor = listing is not None and bool(listing.rows)
        self.set_title(*(listing.titles if listing else (name.capitalize(),)))
        self.lines_changed(self._row_number)

    def cursor_moved(self) -> None:
        """The cursor is on another row."""
        state = self.explorer.browser.state
        if state.listing:
            state.listing_rows[state.listing] = self.cursor
        self.explorer.changed(Changed.ROW)

    def step_back(self) -> bool:
        """Go back to the tree."""
        if not self.is_shown:
            return False
        self.explorer.show_listing(None)
        return True

    def describe(self) -> Details:
        """The details of the row under the cursor."""
        listing = self.explorer.part(Lister).listing
        row = listing.row(self._row_number) if listing else None
        return "Details", row.details if row else lambda _width: dim_line("nothing is selected")

    @property
    def command(self) -> str | None:
        """The command line that prints the listing."""
        browser = self.explorer.browser
        return listing_command(browser.session, browser.state.listing) if browser.state.listing else None

    @property
    def line_count(self) -> int:
        """One line per row; if there is none, the lines that say why."""
        if self._listing and self._listing.rows:
            return len(self._listing.rows)
        return len(placeholder(self._empty, self.scrollable_content_region.width))

    def heading(self, width: int) -> Line:
        """The heads of the columns."""
        return self._listing.heading(width) if self._listing and self._listing.rows else ()

    def line(self, row: int, width: int) -> Line:
        """One row."""
        if self._listing is None or not self._listing.rows:
            return placeholder(self._empty, width)[row]
        return self._listing.rows[row].line(width)

    @property
    def _row_number(self) -> int:
        state = self.explorer.browser.state
        return state.listing_rows.get(state.listing or "", 0)
