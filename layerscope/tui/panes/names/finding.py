"""Looking for names while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.find_lines import find_hint
from layerscope.tui.lines.name_bars import name_find_prompt, name_find_status
from layerscope.tui.state.search import Search

if TYPE_CHECKING:
    from layerscope.tui.panes.names.lists import Lists
    from layerscope.tui.widgets.find_bar import FindBar


class NameFindControl:
    """What the find bar does to a list of names: the rows follow the text, and all come back when it is given up."""

    def __init__(self, lists: Lists) -> None:
        self._lists, self._browser = lists, lists.browser
        self._bar: FindBar | None = None

    @property
    def is_open(self) -> bool:
        """Whether the find bar is there."""
        return self._bar is not None and self._bar.display

    @property
    def is_typing(self) -> bool:
        """Whether it has the focus."""
        return self._bar is not None and self._bar.has_focus_within

    async def open(self) -> None:
        """Show the find bar, and go there."""
        if self._bar is None:
            from layerscope.tui.widgets.find_bar import FindBar  # noqa: PLC0415 - rarely used

            self._bar = FindBar()
            await self._lists.show_bar(self._bar)
        self._bar.display = True
        self.draw()
        self._bar.open()

    async def toggle_regex(self) -> None:
        """From text and globs to regular expressions, or back."""
        self._browser.state.is_regex = not self._browser.state.is_regex
        if not self.is_typing:
            await self.open()
        self.edit(self._text)

    def edit(self, text: str) -> None:
        """Look for another text, unless the bar has yet another one by now."""
        if text == self._text:
            self._browser.state.search = Search(text, self._browser.state.is_regex) if text else None
            self._lists.rows_changed()

    def leave(self, *, kept: bool) -> None:
        """Go back to the names: to all of them, unless what was found is to be kept."""
        if self._bar is not None and not (kept and self._browser.state.search):
            self._bar.clear()
            self._bar.display = False
            self._browser.state.search, self._browser.state.is_regex = None, False
        self._lists.rows_changed()
        self._lists.take_focus()

    def draw(self) -> None:
        """What came of the search."""
        if self._bar is not None:
            self._bar.show(
                lambda width: name_find_prompt(self._browser, width),
                lambda width: name_find_status(self._browser, width),
                find_hint(is_regex=self._browser.state.is_regex),
            )

    @property
    def _text(self) -> str:
        return self._bar.text if self._bar else ""
