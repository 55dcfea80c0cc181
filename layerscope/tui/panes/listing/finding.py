"""Find rows of a listing: its find bar."""

from layerscope.filesystem.patterns import PathPattern
from layerscope.tui.lines.find_lines import listing_find_status
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.finding import FindMode
from layerscope.tui.panes.listing.lister import Lister
from layerscope.tui.panes.pane import Explorer, KeyGroup
from layerscope.tui.state.changed import Changed


class ListingFinding(FindMode, KeyGroup):
    """The listing follows the text of the find bar; all rows return when the search is given up."""

    bar_id = "find-row"
    follows = Changed.LISTING

    def __init__(self, explorer: Explorer) -> None:
        self._look = explorer.browser.state.listing_look
        super().__init__(self._look, self._status, explorer.show_bar)
        self._explorer = explorer

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it is drawn as a whole
        """Draw what was found."""
        self.draw()

    def step_back(self) -> bool:
        """Give up the search."""
        if self._look.search is None and not self.is_open:
            return False
        self.leave(kept=False)
        return True

    def opened(self) -> None:
        """Draw the bar."""
        self._explorer.subject = self._explorer.main
        self.draw()

    def look_for(self, text: str) -> None:
        """Look for a pattern."""
        self._look.search = PathPattern(text, self._look.is_regex) if text else None

    def followed(self) -> None:
        """List the rows that match."""
        self._explorer.changed(Changed.LISTING | Changed.ROW)

    def leave(self, *, kept: bool) -> None:
        """Go back to the listing; if the matches are not kept, to all rows."""
        if not kept or self._look.search is None:
            self.give_up()
        self._explorer.changed(Changed.LISTING | Changed.ROW)
        self._explorer.go_to(self._explorer.main.NAME)

    def give_up(self) -> None:
        """List all rows again."""
        self.hide()
        self._look.search = None

    def _status(self, width: int) -> Line:
        listing = self._explorer.part(Lister).listing
        return listing_find_status(self._look, len(listing.arranged(self._look)) if listing else None, width)
