"""The job that looks for paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.filesystem.patterns import PathPattern
from layerscope.tui.panes.pane import Explorer, Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from layerscope.filesystem.path_search import Lines
    from layerscope.filesystem.stack import Stack


@dataclass(frozen=True, slots=True)
class FindRequest:
    """What to look for, and in which table; without a text, only prepare for its first letter."""

    stack: Stack
    search: PathPattern


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Which nodes of the table match; one element per node."""

    request: FindRequest
    matches: NDArray[np.bool_]


class Finder(Job[FindRequest, Found]):
    """Keeps the joined names and paths of a table from one keystroke to the next."""

    name = "finder"
    follows = Changed.TABLE | Changed.SEARCH

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._stack: Stack | None = None
        self._lines: dict[bool, Lines] = {}

    def update(self, what: Changed) -> None:
        """Search the table merged so far, or prepare for a search."""
        browser = self.explorer.browser
        state, session = browser.state, browser.session
        search = state.search or PathPattern("", state.is_regex)
        is_wanted = browser.is_searching if state.search else session.is_complete or Changed.SEARCH in what
        if is_wanted and session.stack is not None and not search.problem:
            self.ask(FindRequest(session.stack, search))

    def work(self, request: FindRequest) -> Found | None:
        """Which nodes match; None if there is no text yet."""
        search = request.search
        in_names = search.in_names or search.is_of_parts
        lines = self._lines_for(request.stack, in_names=in_names)
        if not search.text:
            return None
        matches = lines.matching(search.pattern, ignore_case=search.ignores_case)
        if search.is_of_parts:
            from layerscope.filesystem.visible_rows import with_subtrees  # noqa: PLC0415 - numpy loads late

            matches = with_subtrees(request.stack.nodes, matches)
        matches[0] = False  # the root has no name to look for
        return Found(request, matches)

    def take(self, result: Found) -> None:
        """Show what was found, the cursor on a path that matches, unless the user looks for something else by now."""
        browser = self.explorer.browser
        if result.request.search != browser.state.search or browser.files is None:
            return
        if result.request.stack is browser.files.stack:
            browser.files.found(result.request.search, result.matches)
        if not browser.files.match_number:
            browser.files.select_match(1)
        self.explorer.changed(Changed.FOUND)

    def _lines_for(self, stack: Stack, *, in_names: bool) -> Lines:
        from layerscope.filesystem.path_search import name_lines, path_lines  # noqa: PLC0415 - numpy loads late

        if self._stack is not stack:
            self._stack, self._lines = stack, {}  # free the old ones first: they are large
        if in_names not in self._lines:
            self._lines[in_names] = (name_lines if in_names else path_lines)(stack.nodes)
        return self._lines[in_names]
