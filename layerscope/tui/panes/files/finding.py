"""Looking for paths while one types: the find bar, and what it does to the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.find_lines import find_hint, find_prompt, find_status
from layerscope.tui.panes.pane import Part
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.expansion import Expansion
from layerscope.tui.state.search import Search

if TYPE_CHECKING:
    from layerscope.tui.panes.pane import Explorer
    from layerscope.tui.widgets.find_bar import FindBar


class FindControl(Part):
    """The tree follows the text of the find bar, and comes back when the search is given up."""

    follows = Changed.VIEW | Changed.FOUND | Changed.SEARCH | Changed.CURSOR | Changed.ROW

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._left_at = b""
        self.bar: FindBar | None = None

    @property
    def is_typing(self) -> bool:
        """Whether the bar has the focus."""
        return self.bar is not None and self.bar.has_focus_within

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it is drawn as a whole
        """Draw what was found."""
        browser = self._explorer.browser
        if self.bar:
            self.bar.show(
                lambda width: find_prompt(browser, width),
                lambda width: find_status(browser, width),
                find_hint(is_regex=browser.state.is_regex),
            )

    def step_back(self) -> bool:
        """Give up the search."""
        if self._explorer.browser.state.search is None and not (self.bar and self.bar.display):
            return False
        self.leave(kept=False)
        return True

    async def open(self) -> None:
        """Show the find bar, and go there."""
        explorer, state = self._explorer, self._explorer.browser.state
        if state.listing:
            explorer.show_listing(None)
        if self.bar is None:
            from layerscope.tui.widgets.find_bar import FindBar  # noqa: PLC0415 - rarely used

            self.bar = FindBar()
            await explorer.show_bar(self.bar)
        if state.search is None:
            self._left_at = state.cursor
        self.bar.display = True
        explorer.subject = explorer.main
        explorer.changed(Changed.SEARCH)
        self.bar.open()

    async def toggle_regex(self) -> None:
        """From text and globs to regular expressions, or back."""
        state = self._explorer.browser.state
        state.is_regex = not state.is_regex
        if not self.is_typing:
            await self.open()
        self.edit(self._text)

    def edit(self, text: str) -> None:
        """Look for another text, unless the bar has yet another one by now."""
        if text != self._text:
            return
        state = self._explorer.browser.state
        state.search = Search(text, state.is_regex) if text else None
        state.opened_in_search = Expansion(level=0)
        if state.search is None:
            state.cursor = self._left_at
            self._explorer.changed(Changed.SEARCH | Changed.TREE)
        else:
            self._explorer.changed(Changed.SEARCH)

    def leave(self, *, kept: bool) -> None:
        """Go back to the tree, as it was before unless what was found is to be kept."""
        if not kept or self._explorer.browser.state.search is None:
            self.give_up()
        self._explorer.go_to(self._explorer.main.NAME)

    def give_up(self) -> None:
        """Show everything again, the cursor where it is if it was moved by hand, else where it was before."""
        state = self._explorer.browser.state
        if self.bar is not None:
            self.bar.clear()
            self.bar.display = False
            state.is_regex = False
        if state.search is not None:
            state.search = None
            state.reveal(state.cursor)
            self._explorer.changed(Changed.TREE)

    @property
    def _text(self) -> str:
        return self.bar.text if self.bar else ""
