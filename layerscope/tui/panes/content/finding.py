"""Find text in the file that is shown: its find bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.fields import count_text
from layerscope.tui.lines.spans import Line, Span
from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.panes.finding import FindMode
from layerscope.tui.panes.pane import Explorer, KeyGroup
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.preview_look import TextSearch

if TYPE_CHECKING:
    from layerscope.tui.lines.previews.body import Body

HINT = "text; case matters only if you type a capital letter"


class ContentFinding(FindMode, KeyGroup):
    """The cursor goes to what is found; the text stays as it is."""

    bar_id = "find-text"
    hint = HINT
    follows = Changed.PREVIEW

    def __init__(self, explorer: Explorer) -> None:
        self._look = explorer.browser.state.preview
        super().__init__(self._look, self._status, explorer.show_bar)
        self._explorer = explorer
        self.found: list[int] = []
        """The items of the page that have the text."""
        self.direction: int | None = None
        """The cursor shall go to what is found before it (-1), at it (0) or after it (1)."""
        self._of: tuple[Body | None, TextSearch | None] = None, None

    @property
    def placeholder(self) -> str:
        """The same hint always: a file is searched for plain text only."""
        return self.hint

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it follows one change only
        """Look through another page, and draw how much was found."""
        self.refresh()
        self.draw()
        if self.bar is not None:
            self.bar.display = self.is_open and self._look.tab is not None

    def refresh(self) -> None:
        """Look again if there is another page, or another text."""
        body = self._explorer.part(Previewer).body(as_bytes=self._look.as_bytes)
        if self._of[0] is not body or self._of[1] != self._look.search:
            self._of = body, self._look.search
            self.found = body.found(self._look.search) if body and self._look.search else []

    def step_back(self) -> bool:
        """Give up the search."""
        if self._look.tab is None or (self._look.search is None and not self.is_open):
            return False
        self.leave(kept=False)
        return True

    def opened(self) -> None:
        """Draw the bar."""
        self.draw()

    def look_for(self, text: str) -> None:
        """Look for a text."""
        self._look.search = TextSearch(text) if text else None

    def followed(self) -> None:
        """Go to the first place."""
        self.go(0)

    def go(self, direction: int) -> None:
        """Let the cursor go to what is found."""
        self.refresh()
        self.direction = direction
        self._explorer.changed(Changed.PREVIEW)

    def leave(self, *, kept: bool) -> None:
        """Go back to the text; if what was found is not kept, without marks."""
        if not kept or self._look.search is None:
            self.hide()
            self._look.search = None
        self._explorer.changed(Changed.PREVIEW)
        self._explorer.go_to("content")

    def _status(self, width: int) -> Line:  # noqa: ARG002 - it is short
        if self._look.search is None:
            return ()
        if not self.found:
            return (Span("nothing found", "warning"),)
        return (Span(count_text(len(self.found), "place"), "good"), Span("  n/N next, esc clears", "faint"))
