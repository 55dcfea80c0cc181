"""The files pane: the visible rows of the tree, drawn one by one when they come on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.fields import placeholder
from layerscope.tui.lines.file_lines import Columns, file_heading, file_line
from layerscope.tui.state.view_state import Sort
from layerscope.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from layerscope.tui.lines.spans import Line
    from layerscope.tui.lines.titles import FilesWords
    from layerscope.tui.rows.tree_view import TreeView


class FilesPane(LineView):
    """Draws a tree, or a word where there is none."""

    def __init__(self) -> None:
        super().__init__(id="files")
        self._tree: TreeView | None = None
        self._empty = ""
        self._attributes = True

    @property
    def line_count(self) -> int:
        """One for each visible node; those that say why there is none."""
        if self._tree is None or self._empty:
            return len(placeholder(self._empty, self.scrollable_content_region.width))
        return max(len(self._tree.rows), 1)

    def show(self, tree: TreeView | None, cursor: int, words: FilesWords, *, attributes: bool) -> None:
        """Draw this tree, or why there is none."""
        self._tree, self._empty, self._attributes = tree, words.empty, attributes
        self.set_title(*words.titles)
        self.set_subtitle(words.look)
        self.has_cursor = not words.empty
        self.lines_changed(cursor)

    def heading(self, width: int) -> Line:
        """The heads of the columns."""
        measure = self._tree.sort.measure if self._tree else Sort.NAME.measure
        return file_heading(width, Columns.for_width(width, attributes=self._attributes), measure)

    def line(self, row: int, width: int) -> Line:
        """One node."""
        if self._tree is None or self._empty:
            return placeholder(self._empty, width)[row]
        from layerscope.tui.rows.file_rows import file_row  # noqa: PLC0415 - numpy loads after the first frame

        columns = Columns.for_width(width, attributes=self._attributes)
        return file_line(file_row(self._tree, int(self._tree.rows[row])), width, columns)
