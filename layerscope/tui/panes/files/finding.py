"""Finding paths while the user types: what the find bar does to the tree."""

from functools import partial

from layerscope.tui.lines.find_lines import find_status
from layerscope.tui.panes.finding import FindMode
from layerscope.tui.panes.pane import Explorer, KeyGroup
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.expansion import Expansion


class PathFinding(FindMode, KeyGroup):
    """The tree follows the text of the find bar, and returns to its former state when the search is given up."""

    follows = Changed.VIEW | Changed.FOUND | Changed.SEARCH | Changed.CURSOR | Changed.ROW

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer.browser.state, partial(find_status, explorer.browser), explorer.show_bar)
        self._explorer = explorer
        self._left_at = b""

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it is drawn as a whole
        """Draw what was found."""
        self.draw()

    def step_back(self) -> bool:
        """Give up the search."""
        if self._explorer.browser.state.search is None and not self.is_open:
            return False
        self.leave(kept=False)
        return True

    def opened(self) -> None:
        """Show the tree, and prepare for a search."""
        explorer, state = self._explorer, self._explorer.browser.state
        if state.listing:
            explorer.show_listing(None)
        if state.search is None:
            self._left_at = state.cursor
        explorer.subject = explorer.main
        explorer.changed(Changed.SEARCH)

    def followed(self) -> None:
        """Search; without a text, show the tree as it was."""
        state = self._explorer.browser.state
        state.opened_in_search = Expansion(level=0)
        if state.search is None:
            state.cursor = self._left_at
            self._explorer.changed(Changed.SEARCH | Changed.TREE)
        else:
            self._explorer.changed(Changed.SEARCH)

    def leave(self, *, kept: bool) -> None:
        """Go back to the tree; if the matches are not kept, as it was before."""
        if not kept or self._explorer.browser.state.search is None:
            self.give_up()
        self._explorer.go_to(self._explorer.main.NAME)

    def give_up(self) -> None:
        """Show everything again. The cursor stays if the user moved it, else it returns to its old path."""
        state = self._explorer.browser.state
        self.hide()
        if state.search is not None:
            state.search = None
            state.reveal(state.cursor)
            self._explorer.changed(Changed.TREE)
