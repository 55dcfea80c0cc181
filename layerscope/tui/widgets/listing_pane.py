"""The pane for lists that are looked at in the place of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.spans import Span, fit
from layerscope.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from layerscope.tui.lines.spans import Line
    from layerscope.tui.view.listing import Listing


class ListingPane(LineView):
    """Draws a listing, or a word where there is none."""

    def __init__(self) -> None:
        super().__init__(id="listing")
        self._listing: Listing | None = None
        self._empty = ""

    @property
    def line_count(self) -> int:
        """One for each row; one to say why there is none."""
        return max(len(self._listing.rows), 1) if self._listing else 1

    def show(self, listing: Listing | None, title: str, cursor: int) -> None:
        """Draw this listing, or say that it is still being made."""
        self._listing = listing
        self._empty = listing.empty if listing else "this is told once all layers are read"
        self.has_cursor = listing is not None and bool(listing.rows)
        self.set_title(listing.title if listing else title)
        self.lines_changed(cursor)

    def heading(self, width: int) -> Line:
        """The heads of the columns."""
        return self._listing.heading(width) if self._listing and self._listing.rows else ()

    def line(self, row: int, width: int) -> Line:
        """One row."""
        if self._listing is None or not self._listing.rows:
            return (Span(fit(f"  {self._empty}", width), "faint"),)
        return self._listing.rows[row].line(width)
