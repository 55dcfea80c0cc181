"""The files pane: the visible rows of the tree, each drawn when it comes on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region

from layerscope.tui.lines.fields import dim_line, placeholder
from layerscope.tui.lines.file_lines import Columns, file_heading, file_line
from layerscope.tui.lines.file_words import FilesWords
from layerscope.tui.lines.gap import Gap, size_sign
from layerscope.tui.lines.path_details import pair_lines, path_lines
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.files.finder import Finder
from layerscope.tui.panes.files.finding import PathFinding
from layerscope.tui.panes.files.keys import KEYS
from layerscope.tui.panes.files.merger import Merger
from layerscope.tui.panes.files.pair_merger import PairMerger
from layerscope.tui.panes.pane import Details, Explorer, Pane
from layerscope.tui.panes.saving import Saver
from layerscope.tui.rows.image_command import layers_command
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.view_state import Sort

if TYPE_CHECKING:
    from layerscope.tui.rows.target import Target
    from layerscope.tui.rows.tree_view import TreeView


class FilesPane(Pane):
    """Draws the tree, or says why there is none."""

    NAME = "files"
    KEYS = KEYS
    PARTS = (Merger, PairMerger, Finder, PathFinding, Saver)
    follows = Changed.VIEW | Changed.FOUND | Changed.CURSOR | Changed.MARKED
    on_right = True

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._empty = ""
        self._tree: TreeView | None = None
        self._known_columns: dict[int, Columns] = {}

    @property
    def is_shown(self) -> bool:
        """Whether no listing is shown instead."""
        return self.explorer.browser.state.listing is None

    def update(self, what: Changed) -> None:
        """Draw the tree; if only the cursor moved, only the cursor."""
        files = self.explorer.browser.files
        self._known_columns.clear()
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
            self.refresh(Region(0, 0, self.size.width, 1))
        self.explorer.changed(Changed.ROW)

    def sort_by(self, head: str) -> bool:
        """Sort by the name, or by what the column measures."""
        order = next((order for order in Sort if order.value == head.lstrip("+-")), None)
        if order is not None:
            self.explorer.browser.state.sort = order
            self.explorer.changed(Changed.TREE)
        return order is not None

    def describe(self) -> Details:
        """The path under the cursor, and its versions."""
        browser = self.explorer.browser
        details = browser.files.cursor_details if browser.files else None
        pair = browser.files.cursor_pair if browser.files else None
        if details is None:
            return "Path", lambda _width: dim_line("no path is selected")
        known = self._is_pull_known
        incomplete = Gap.of(browser.session).progress
        if pair is not None:
            return "Path in A and B", lambda width: pair_lines(pair, incomplete, width, pull_known=known)
        sign = size_sign(browser.session, browser.state.scope)
        return "Path", lambda width: path_lines(details, incomplete, width, size_sign=sign, pull_known=known)

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
        """The heads of the columns, and the directory that the cursor is in."""
        files = self.explorer.browser.files
        return file_heading(width, self._columns(width), b"" if files is None or self._empty else files.path_above)

    def line(self, row: int, width: int) -> Line:
        """One node."""
        files = self.explorer.browser.files
        if files is None or self._empty:
            return placeholder(self._empty, width)[row]
        return file_line(files.row(row), width, self._columns(width))

    def _columns(self, width: int) -> Columns:
        """The columns; every line of a frame has the same."""
        if width not in self._known_columns:
            self._known_columns[width] = self._columns_for(width)
        return self._known_columns[width]

    def _columns_for(self, width: int) -> Columns:
        wanted, tree = self.explorer.browser.state.columns, self._tree
        if tree is None:
            return Columns.for_width(width, wanted)
        measure = tree.sort.measure
        if measure == "size" and tree.shows_only_changes:
            measure = "+size"
        return Columns.for_width(
            width,
            wanted,
            removed=tree.has_removed_sizes,
            measure=measure,
            size_sign=size_sign(self.explorer.browser.session, self.explorer.browser.state.scope),
            pull_known=self._is_pull_known,
        )

    @property
    def _is_pull_known(self) -> bool:
        images = [session.image for session in self.explorer.browser.session.images]
        return all(image is None or image.is_pull_known for image in images)
