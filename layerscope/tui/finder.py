"""Looking for paths, beside the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.tui.messages import SearchDone

if TYPE_CHECKING:
    from layerscope.filesystem.path_search import Lines
    from layerscope.filesystem.table import FileTable
    from layerscope.tui.view.search import Search


@dataclass(frozen=True, slots=True)
class FindWish:
    """What to look for, and in which table."""

    table: FileTable
    search: Search


class Finder:
    """Keeps the joined names or paths of a table from one keystroke to the next."""

    def __init__(self) -> None:
        self._of: tuple[FileTable, bool] | None = None
        self._lines: Lines | None = None

    def find(self, wish: FindWish) -> SearchDone:
        """Which nodes match."""
        lines = self._lines_for(wish)
        matches = lines.matching(wish.search.pattern, ignore_case=wish.search.ignores_case)
        matches[0] = False  # the root has no name to look for
        return SearchDone(wish.table, wish.search, matches)

    def _lines_for(self, wish: FindWish) -> Lines:
        from layerscope.filesystem.path_search import name_lines, path_lines  # noqa: PLC0415 - numpy loads late

        wanted = (wish.table, wish.search.in_names)
        if self._lines is None or self._of is None or (self._of[0] is not wanted[0] or self._of[1] != wanted[1]):
            self._lines = None  # the old ones, which are large, make room first
            self._lines = (name_lines if wish.search.in_names else path_lines)(wish.table.nodes)
            self._of = wanted
        return self._lines
