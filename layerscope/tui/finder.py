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
    """What to look for, None to make ready for it, and in which table."""

    table: FileTable
    search: Search | None


class Finder:
    """Keeps the joined names or paths of a table from one keystroke to the next."""

    def __init__(self) -> None:
        self._of: tuple[FileTable, bool] | None = None
        self._lines: Lines | None = None

    def find(self, wish: FindWish) -> SearchDone | None:
        """Which nodes match; nothing where there is no search yet: then the names are joined, for its first letter."""
        search = wish.search
        lines = self._lines_for(wish.table, in_names=search is None or search.in_names)
        if search is None:
            return None
        matches = lines.matching(search.pattern, ignore_case=search.ignores_case)
        matches[0] = False  # the root has no name to look for
        return SearchDone(wish.table, search, matches)

    def _lines_for(self, table: FileTable, *, in_names: bool) -> Lines:
        from layerscope.filesystem.path_search import name_lines, path_lines  # noqa: PLC0415 - numpy loads late

        if self._lines is None or self._of is None or (self._of[0] is not table or self._of[1] != in_names):
            self._lines = None  # the old ones, which are large, make room first
            self._lines = (name_lines if in_names else path_lines)(table.nodes)
            self._of = (table, in_names)
        return self._lines
