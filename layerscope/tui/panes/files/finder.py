"""Looking for paths, beside the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.tui.messages import SearchDone

if TYPE_CHECKING:
    from layerscope.filesystem.path_search import Lines
    from layerscope.filesystem.table import FileTable
    from layerscope.tui.state.search import Search


@dataclass(frozen=True, slots=True)
class FindWish:
    """What to look for, and in which table; without a text, to make ready for its first letter."""

    table: FileTable
    search: Search


class Finder:
    """Keeps the joined names and paths of a table from one keystroke to the next."""

    def __init__(self) -> None:
        self._table: FileTable | None = None
        self._lines: dict[bool, Lines] = {}

    def find(self, wish: FindWish) -> SearchDone | None:
        """Which nodes match; nothing where there is no text yet."""
        search = wish.search
        in_names = search.in_names or search.is_of_parts
        lines = self._lines_for(wish.table, in_names=in_names)
        if not search.text:
            return None
        matches = lines.matching(search.pattern, ignore_case=search.ignores_case)
        if search.is_of_parts:
            from layerscope.filesystem.outline import with_contents  # noqa: PLC0415 - numpy loads late

            matches = with_contents(wish.table.nodes, matches)
        matches[0] = False  # the root has no name to look for
        return SearchDone(wish.table, search, matches)

    def _lines_for(self, table: FileTable, *, in_names: bool) -> Lines:
        from layerscope.filesystem.path_search import name_lines, path_lines  # noqa: PLC0415 - numpy loads late

        if self._table is not table:
            self._table, self._lines = table, {}  # the old ones, which are large, make room first
        if in_names not in self._lines:
            self._lines[in_names] = (name_lines if in_names else path_lines)(table.nodes)
        return self._lines[in_names]
