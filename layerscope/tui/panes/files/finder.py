"""The job that looks for files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.memory import return_small_blocks, reuse_large_blocks
from layerscope.tui.panes.pane import Explorer, Job
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.query_text import QueryText

if TYPE_CHECKING:
    from layerscope.filesystem.file_table import FileTable
    from layerscope.filesystem.stack import Stack
    from layerscope.tui.rows.found import Found
    from layerscope.tui.rows.tree_browser import Refused


@dataclass(frozen=True, slots=True)
class FindRequest:
    """What to look for, and in which stack; without a text, only prepare for its first letter."""

    stack: Stack
    text: QueryText | None


class Finder(Job[FindRequest, "Found | Refused"]):
    """Keeps the columns of a stack that queries ask for from one keystroke to the next."""

    name = "finder"
    follows = Changed.TABLE | Changed.SEARCH

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._table: FileTable | None = None

    def update(self, what: Changed) -> None:
        """Search the table merged so far, or prepare for a search."""
        browser = self.explorer.browser
        state, session = browser.state, browser.session
        is_wanted = browser.is_searching if state.search else session.is_complete or Changed.SEARCH in what
        if is_wanted and session.stack is not None:
            self.ask(FindRequest(session.stack, state.search))

    def work(self, request: FindRequest) -> Found | Refused | None:
        """What the query finds, or why it is none; None if there is no text yet."""
        from layerscope.filesystem.query import QueryError  # noqa: PLC0415 - numpy loads late
        from layerscope.tui.rows.found import Found  # noqa: PLC0415 - the same
        from layerscope.tui.rows.tree_browser import Refused  # noqa: PLC0415 - the same

        table = self._table_of(request.stack)
        if request.text is None:
            _ = table.names
            return_small_blocks()
            reuse_large_blocks()  # nothing is as big as what was made until now
            return None
        try:
            return Found.of(request.text, table)
        except QueryError as error:
            return Refused(request.text, error.word, error.reason)

    def take(self, result: Found | Refused) -> None:
        """Show what was found, the cursor on a path that matches, unless the user looks for something else by now."""
        from layerscope.tui.rows.tree_browser import Refused  # noqa: PLC0415 - numpy loads late

        browser = self.explorer.browser
        if result.text != browser.state.search or browser.files is None:
            return
        if isinstance(result, Refused) or result.table.stack is browser.files.stack:
            browser.files.take(result)
        if not (isinstance(result, Refused) or browser.files.match_number):
            browser.files.select_match(1)
        self.explorer.changed(Changed.FOUND)

    def _table_of(self, stack: Stack) -> FileTable:
        from layerscope.filesystem.file_table import FileTable  # noqa: PLC0415 - numpy loads late

        if self._table is None or self._table.stack is not stack:
            self._table = None  # free the old one first: it is large
            self._table = FileTable(stack)
        return self._table
