"""The files pane: the visible rows of the tree, each drawn when it comes on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.fields import dim_line, placeholder
from layerscope.tui.lines.file_lines import Columns, file_heading, file_line
from layerscope.tui.lines.file_words import FilesWords
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.path_details import path_lines
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.files.finder import Finder
from layerscope.tui.panes.files.finding import PathFinding
from layerscope.tui.panes.files.keys import KEYS
from layerscope.tui.panes.files.merger import Merger
from layerscope.tui.panes.pane import Details, Explorer, Pane
from layerscope.tui.panes.saving import Saver
from layerscope.tui.rows.path_command import layers_command
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.tui.rows.target import Target
    from layerscope.tui.rows.tree_view import TreeView


class FilesPane(Pane):
    """Draws the tree, or says why there is none."""

    NAME = "files"
    KEYS = KEYS
    PARTS = (Merger, Finder, PathFinding, Saver)
    follows = Changed.VIEW | Changed.FOUND | Changed.CURSOR
    on_right = True

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._empty = ""
        self._tree: TreeView | None = None

    @property
    def is_shown(self) -> bool:
        """Whether no listing is shown instead."""
        return self.explorer.browser.state.listing is None

    def update(self, what: Changed) -> None:
        """Draw the tree; if only the cursor moved, only the cursor."""
        files = self.explorer.browser.files
        if what & (Changed.VIEW | Changed.FOUND):
            words = FilesWords.of(self.explorer.browser)
            self._empty, self._tree = words.empty, self.explorer.browser.tree
            self.set_title(*words.titles)
            self.set_subtitle(words.look)
            self.has_cursor = not words.empty
        self.lines_changed(files.cursor_row if files else 0)

    def cursor_moved(self) -> None:
        """Take the path under the cursor into the state."""
        if self.explorer.browser.files:
            self.explorer.browser.files.select_row(self.cursor)
        self.explorer.changed(Changed.ROW)

    def describe(self) -> Details:
        """The path under the cursor, and its versions."""
        browser = self.explorer.browser
        details = browser.files.cursor_details if browser.files else None
        if details is None:
            return "Path", lambda _width: dim_line("no path is selected")
        known = self._is_pull_known
        incomplete = Gap.of(browser.session).incomplete
        return "Path", lambda width: path_lines(details, incomplete, width, pull_known=known)

    @property
    def target(self) -> Target | None:
        """The version under the cursor."""
        files = self.explorer.browser.files
        return files.target if files and not self._empty else None

    @property
    def command(self) -> str:
        """The command line that prints the path under the cursor."""
        browser = self.explorer.browser
        return (browser.files.command if browser.files else None) or layers_command(browser.session)

    @property
    def line_count(self) -> int:
        """One line per visible node; if there is none, the lines that say why."""
        if self._tree is None or self._empty:
            return len(placeholder(self._empty, self.scrollable_content_region.width))
        return max(len(self._tree.rows), 1)

    def heading(self, width: int) -> Line:
        """The heads of the columns."""
        return file_heading(width, self._columns(width))

    def line(self, row: int, width: int) -> Line:
        """One node."""
        files = self.explorer.browser.files
        if files is None or self._empty:
            return placeholder(self._empty, width)[row]
        return file_line(files.row(row), width, self._columns(width))

    def _columns(self, width: int) -> Columns:
        attributes, tree = self.explorer.browser.state.attributes, self._tree
        if tree is None:
            return Columns.for_width(width, attributes=attributes)
        measure = tree.sort.measure
        if measure == "size" and tree.shows_only_changes:
            measure = "+size"
        return Columns.for_width(
            width,
            attributes=attributes,
            removed=tree.has_removed_sizes,
            measure=measure,
            pull_known=self._is_pull_known,
        )

    @property
    def _is_pull_known(self) -> bool:
        image = self.explorer.browser.session.image
        return image is None or image.is_pull_known
