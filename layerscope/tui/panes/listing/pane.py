"""The pane for lists that are looked at in the place of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.fields import placeholder
from layerscope.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from layerscope.tui.lines.listings.listing import Listing
    from layerscope.tui.lines.spans import Line


class ListingPane(LineView):
    """Draws a listing, or a word where there is none."""

    def __init__(self) -> None:
        super().__init__(id="listing")
        self._listing: Listing | None = None
        self._empty = ""

    @property
    def line_count(self) -> int:
        """One for each row; those that say why there is none."""
        if self._listing and self._listing.rows:
            return len(self._listing.rows)
        return len(placeholder(self._empty, self.scrollable_content_region.width))

    def show(self, listing: Listing | None, title: str, cursor: int, *, waiting: str) -> None:
        """Draw this listing; while there is none, its title and what it waits for."""
        self._listing = listing
        self._empty = listing.empty if listing else waiting
        self.has_cursor = listing is not None and bool(listing.rows)
        self.set_title(*(listing.titles if listing else (title,)))
        self.lines_changed(cursor)

    def heading(self, width: int) -> Line:
        """The heads of the columns."""
        return self._listing.heading(width) if self._listing and self._listing.rows else ()

    def line(self, row: int, width: int) -> Line:
        """One row."""
        if self._listing is None or not self._listing.rows:
            return placeholder(self._empty, width)[row]
        return self._listing.rows[row].line(width)
