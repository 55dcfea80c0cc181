"""`TextView`: a text that is made for its width and can scroll."""

from collections.abc import Callable, Iterable, Sequence

from layerscope.tui.lines.spans import Line
from layerscope.tui.widgets.line_view import LineView, changed_rows


class TextView(LineView):
    """Draws the lines that a function makes for its width."""

    has_cursor = False
    _make: Callable[[int], list[Line]] | None = None
    _lines: Sequence[Line] = ()

    @property
    def line_count(self) -> int:
        """The lines of the text at this width."""
        return len(self._lines)

    def show(self, title: str, make: Callable[[int], list[Line]], *, keep_scroll: bool) -> None:
        """Draw a text; scroll to the top unless `keep_scroll` says otherwise."""
        self._make = make
        self.set_title(title)
        if not keep_scroll:
            self.scroll_to(y=0, animate=False)
        self.lines_changed()

    def lines_changed(self, cursor: int | None = None, rows: Iterable[int] | None = None) -> None:
        """Wrap the text again; a pane without width has no lines."""
        width = self.scrollable_content_region.width
        old, self._lines = self._lines, self._make(max(width - 1, 1)) if width and self._make else []
        super().lines_changed(cursor, changed_rows(old, self._lines) if rows is None else rows)

    def line(self, row: int, width: int) -> Line:  # noqa: ARG002 - the lines are wrapped already
        """One line of the text."""
        return self._lines[row]
