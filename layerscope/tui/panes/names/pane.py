"""The pane for repositories or tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.name_lines import Columns, NameLine, repository_line, tag_heading, tag_line
from layerscope.tui.lines.name_titles import names_title, why_no_names
from layerscope.tui.messages import RowsScrolled
from layerscope.tui.rows.name_search import place_in_name
from layerscope.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from layerscope.tui.lines.spans import Line
    from layerscope.tui.rows.name_browser import NameBrowser


class NamesPane(LineView):
    """Draws the rows of a browser, or says why there are none; tells which rows are in sight."""

    def __init__(self, browser: NameBrowser) -> None:
        super().__init__(id="names")
        self._browser = browser
        self._reason: list[Line] = []

    @property
    def line_count(self) -> int:
        """One for each name; those of the reason where there are none."""
        return len(self._browser.rows) or len(self._reason)

    def show(self) -> None:
        """Draw what the browser has, the cursor on its name."""
        width = max(self.scrollable_content_region.width, 1)
        self._reason = [] if self._browser.rows else why_no_names(self._browser, width)
        self.set_title(names_title(self._browser))
        self.has_cursor = bool(self._browser.rows)
        self.lines_changed(self._browser.cursor_row)

    def on_resize(self) -> None:
        """Say the reason at another width, and keep the cursor in sight."""
        self.show()
        self.post_message(RowsScrolled(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that other rows are in sight."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(RowsScrolled(self))

    def heading(self, width: int) -> Line | None:
        """The heads of the columns, of which repositories have none."""
        if self._browser.names.noun == "repository" or not self._browser.rows:
            return None
        return tag_heading(width, self._columns(width))

    def line(self, row: int, width: int) -> Line:
        """One name."""
        if not self._browser.rows:
            return self._reason[row]
        name = self._browser.rows[row]
        search = self._browser.state.valid_search
        line = NameLine(name, place_in_name(search, name) if search else None, self._browser.names.facts.get(name))
        if self._browser.names.noun == "repository":
            return repository_line(line, width)
        return tag_line(line, width, self._columns(width))

    def _columns(self, width: int) -> Columns:
        return Columns.for_width(width, self._browser.names.longest)
