"""Looking for paths while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.details import Subject
from layerscope.tui.messages import SearchWanted
from layerscope.tui.state.expansion import Expansion
from layerscope.tui.state.search import Search

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen


class Finding:
    """What the find bar does to the view: the tree follows the text, and comes back when it is given up."""

    def __init__(self, screen: ExplorerScreen) -> None:
        self._screen = screen
        self._left_at = b""

    async def open(self) -> None:
        """Show the find bar, and go there."""
        screen = self._screen
        if screen.browser.state.listing:
            screen.show_listing(None)
        if screen.find_bar is None:
            from layerscope.tui.widgets.find_bar import FindBar  # noqa: PLC0415 - rarely used

            screen.find_bar = FindBar()
            await screen.mount(screen.find_bar, before=screen.footer)
        if screen.browser.state.search is None:
            self._left_at = screen.browser.state.cursor
            screen.post_message(SearchWanted())
        screen.find_bar.display = True
        screen.draw.subject = Subject.PATH
        screen.draw.found()
        screen.find_bar.open()

    async def toggle_regex(self) -> None:
        """From text and globs to regular expressions, or back."""
        state, bar = self._screen.browser.state, self._screen.find_bar
        state.is_regex = not state.is_regex
        if bar is None or not bar.has_focus_within:
            await self.open()
        self.edit(self._text)

    def edit(self, text: str) -> None:
        """Look for another text, unless the bar has yet another one by now."""
        if text != self._text:
            return
        state = self._screen.browser.state
        state.search = Search(text, state.is_regex) if text else None
        state.opened_in_search = Expansion(level=0)
        if state.search is None:
            self._screen.post_message(SearchWanted())
            state.cursor = self._left_at
            self._screen.draw.tree()
        elif state.search.problem:
            self._screen.draw.found()
        else:
            self._screen.post_message(SearchWanted())
            self._screen.draw.found()

    def show(self) -> None:
        """Show what was found, the cursor on a path that matches."""
        screen, browser = self._screen, self._screen.browser
        if not browser.match_number:
            browser.select_match(1)
        screen.draw.rows()

    def leave(self, *, kept: bool) -> None:
        """Go back to the tree, as it was before unless what was found is to be kept."""
        if not kept or self._screen.browser.state.search is None:
            self.give_up()
        self._screen.go_to(self._screen.panes[1])

    def give_up(self) -> None:
        """Show everything again, the cursor where it is if it was moved by hand, else where it was before."""
        screen = self._screen
        if screen.find_bar is not None:
            screen.find_bar.clear()
            screen.find_bar.display = False
            screen.browser.state.is_regex = False
        if screen.browser.state.search is not None:
            screen.browser.state.search = None
            screen.browser.state.reveal(screen.browser.state.cursor)
            screen.draw.tree()

    @property
    def _text(self) -> str:
        return self._screen.find_bar.text if self._screen.find_bar else ""
