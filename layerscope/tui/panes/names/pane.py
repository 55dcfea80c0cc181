"""The pane for repositories or tags."""

from dataclasses import dataclass

from textual.message import Message

from layerscope.tui.lines.name_lines import Columns, repository_line, start_line, tag_heading, tag_line
from layerscope.tui.lines.name_words import names_title, why_no_names
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.names.keys import KEYS
from layerscope.tui.rows.name_browser import NameBrowser
from layerscope.tui.widgets.line_view import LineView


@dataclass
class RowsScrolled(Message):
    """Other rows are in sight."""

    view: LineView

    def can_replace(self, message: Message) -> bool:
        """Whether this replaces an older message of the queue."""
        return isinstance(message, RowsScrolled) and message.view is self.view


class NamesPane(LineView):
    """Draws the rows of a browser, or says why there are none; reports if other rows come into sight."""

    NAME = "names"
    KEYS = KEYS

    def __init__(self, browser: NameBrowser) -> None:
        super().__init__(id=self.NAME)
        self._browser = browser
        self._reason: list[Line] = []

    @property
    def line_count(self) -> int:
        """One line per name; if there is none, the lines that say why."""
        return len(self._browser.rows) or len(self._reason)

    def show(self) -> None:
        """Draw the rows, with the cursor on its name."""
        width = max(self.scrollable_content_region.width, 1)
        self._reason = [] if self._browser.rows else why_no_names(self._browser, width)
        self.set_title(names_title(self._browser))
        self.has_cursor = bool(self._browser.rows)
        self.lines_changed(self._browser.cursor_row)

    def on_resize(self) -> None:
        """Wrap the reason again, and keep the cursor in sight."""
        self.show()
        self.post_message(RowsScrolled(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Report that other rows are in sight."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(RowsScrolled(self))

    def heading(self, width: int) -> Line | None:
        """The heads of the columns; repositories have none."""
        if self._browser.names.noun != "tag" or not self._browser.rows:
            return None
        return tag_heading(width, self._columns(width))

    def line(self, row: int, width: int) -> Line:
        """One name."""
        if not self._browser.rows:
            return self._reason[row]
        if self._browser.names.noun == "repository":
            return repository_line(self._browser.row(row), width)
        if self._browser.names.noun == "name":
            return start_line(self._browser.row(row), width)
        return tag_line(self._browser.row(row), width, self._columns(width))

    def _columns(self, width: int) -> Columns:
        return Columns.for_width(width, self._browser.names.longest)
