"""Finding names while the user types."""

from collections.abc import Callable
from functools import partial

from layerscope.filesystem.patterns import PathPattern
from layerscope.tui.lines.name_words import name_find_status
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.finding import FindMode
from layerscope.tui.panes.names.lists import Lists


class NameFindMode(FindMode):
    """The rows follow the text of the find bar; all return when the search is given up."""

    def __init__(self, lists: Lists, status: Callable[[int], Line] | None = None) -> None:
        super().__init__(lists.browser.state, status or partial(name_find_status, lists.browser), lists.show_bar)
        self._lists = lists

    def opened(self) -> None:
        """Draw the bar."""
        self.draw()

    def look_for(self, text: str) -> None:
        """Look for a pattern."""
        state = self._lists.browser.state
        state.search = PathPattern(text, state.is_regex) if text else None

    def followed(self) -> None:
        """List the names that match."""
        self._lists.rows_changed()

    def leave(self, *, kept: bool) -> None:
        """Go back to the names; if the matches are not kept, to all of them."""
        state = self._lists.browser.state
        if self.bar is not None and not (kept and state.search):
            self.hide()
            state.search = None
        self._lists.rows_changed()
        self._lists.take_focus()
