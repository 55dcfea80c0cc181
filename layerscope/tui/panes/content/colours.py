"""The job that finds the colours of the text that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError
from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.panes.pane import GRACE, Explorer, Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.content.preview.highlighting import Highlighter, Parts
    from layerscope.tui.lines.previews.page import Page


@dataclass(frozen=True, eq=False)
class ColourRequest:
    """A page, the name of its file, and its lines, which are safe."""

    page: Page
    name: str
    lines: Sequence[str]


class Colours(Job[ColourRequest, "tuple[Page, Parts]"]):
    """A page is shown first, and gets its colours when they are there."""

    name = "colours"
    follows = Changed.PREVIEW

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._highlighter: Highlighter | None = None
        self._asked: object = None

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it follows one change only
        """Find the colours of a new page."""
        page = self.explorer.part(Previewer).page
        if page is self._asked or page is None or isinstance(page, LayerscopeError):
            return
        self._asked = page
        if page.source:
            self.ask(ColourRequest(page, *page.source))

    def work(self, request: ColourRequest) -> tuple[Page, Parts] | None:
        """The parts of the lines."""
        from layerscope.content.preview.highlighting import Highlighter  # noqa: PLC0415 - rarely used

        if self._highlighter is None:
            self._highlighter = Highlighter()
        parts = self._highlighter.parts(request.name, request.lines)
        return (request.page, parts) if parts else None

    def take(self, result: tuple[Page, Parts]) -> None:
        """Colour the page, if it is still shown."""
        page, parts = result
        previewer = self.explorer.part(Previewer)
        if previewer.page is page:
            self._asked = previewer.page = page.with_parts(parts)
            self.explorer.changed(Changed.PREVIEW)

    def stop(self, grace: float = GRACE) -> None:
        """End, and end the process."""
        super().stop(grace)
        if self._highlighter:
            self._highlighter.close()
