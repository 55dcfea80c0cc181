"""Finding while the user types, in any list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, Protocol

from layerscope.tui.lines.find_lines import Pattern, find_hint, find_prompt
from layerscope.tui.lines.spans import Line

if TYPE_CHECKING:
    from layerscope.tui.widgets.bar import FindBar


class Searched(Protocol):
    """A state that has a search."""

    is_regex: bool

    @property
    def search(self) -> Pattern | None:
        """What is looked for."""


class FindMode:
    """The find bar of a screen, and the search that follows its text; a subclass shows the matches."""

    bar_id: ClassVar[str] = "find"
    hint: ClassVar[str] = "text or glob"
    """What the user may type."""

    def __init__(
        self, state: Searched, status: Callable[[int], Line], show_bar: Callable[[FindBar], Awaitable[None]]
    ) -> None:
        self._state, self._status, self._show_bar = state, status, show_bar
        self.bar: FindBar | None = None
        self.is_open = False
        """Whether the user has opened the bar, and not left it for good; it may be covered meanwhile."""

    def opened(self) -> None:
        """The bar was opened: draw it, and what changes with it."""
        raise NotImplementedError

    def look_for(self, text: str) -> None:
        """Put the search for this text into the state; none if it is empty."""
        raise NotImplementedError

    def followed(self) -> None:
        """The search in the state has changed."""
        raise NotImplementedError

    def leave(self, *, kept: bool) -> None:
        """Go back to the list; keep the matches, or give up the search."""
        raise NotImplementedError

    def enter(self) -> None:
        """Keep the matches."""
        self.leave(kept=True)

    def problem(self, width: int) -> Line:  # noqa: ARG002 - the width is for those that have one
        """What is wrong with the text, for a line of its own; empty if that is part of the status."""
        return ()

    @property
    def placeholder(self) -> str:
        """What is shown while nothing is typed."""
        return find_hint(self.hint, is_regex=self._state.is_regex)

    @property
    def is_typing(self) -> bool:
        """Whether the bar has the focus."""
        return self.bar is not None and self.bar.has_focus_within

    async def open(self) -> None:
        """Show the bar, and give it the focus."""
        if self.bar is None:
            from layerscope.tui.widgets.bar import FindBar  # noqa: PLC0415 - rarely used

            self.bar = FindBar(self, id=self.bar_id)
            await self._show_bar(self.bar)
        self.bar.display = self.is_open = True
        self.opened()
        self.bar.open()

    async def toggle_regex(self) -> None:
        """Switch between regular expressions and text or globs."""
        self._state.is_regex = not self._state.is_regex
        if not self.is_typing:
            await self.open()
        self.edit(self.bar.text if self.bar else "")

    def edit(self, text: str) -> None:
        """Search for this text; an empty text ends the search."""
        self.look_for(text)
        self.followed()

    def hide(self) -> None:
        """Hide the bar, and forget its text."""
        if self.bar is not None:
            self.bar.clear()
            self.bar.display = self.is_open = False
            self._state.is_regex = False

    def draw(self) -> None:
        """Draw the bar with the number of matches."""
        if self.bar is not None:
            state = self._state
            self.bar.show(
                lambda width: find_prompt(state.search, width, is_regex=state.is_regex),
                self._status,
                self.placeholder,
                self.problem,
            )
