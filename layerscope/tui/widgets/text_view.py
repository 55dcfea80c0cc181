"""The details pane: blocks of facts, of the layer, the path or the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.widgets.line_view import LineView, changed_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from layerscope.tui.lines.spans import Line


class DetailsPane(LineView):
    """Draws the lines that a function makes for its width."""

    has_cursor = False

    def __init__(self, *, id: str = "details") -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._make: Callable[[int], list[Line]] = lambda _width: []
        self._lines: list[Line] = []

    @property
    def line_count(self) -> int:
        """As many as the facts take at this width."""
        return len(self._lines)

    def show(self, title: str, make: Callable[[int], list[Line]], *, keep_place: bool) -> None:
        """Draw these facts, from the top unless they are the same ones grown."""
        self._make = make
        self.set_title(title)
        if not keep_place:
            self.scroll_to(y=0, animate=False)
        self.lines_changed()

    def lines_changed(self, cursor: int | None = None, rows: Iterable[int] | None = None) -> None:
        """Wrap the facts anew; as long as the pane has no width, there are no lines."""
        width = self.scrollable_content_region.width
        old, self._lines = self._lines, self._make(max(width - 1, 1)) if width else []
        super().lines_changed(cursor, changed_rows(old, self._lines) if rows is None else rows)

    def line(self, row: int, width: int) -> Line:  # noqa: ARG002 - the lines are wrapped already
        """One line of facts."""
        return self._lines[row]
