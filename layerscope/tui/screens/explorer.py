"""The explorer's screen: it holds the panes, and carries messages between them, the model and the workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from layerscope.tui.actions import ACTIONS
from layerscope.tui.bindings import everywhere
from layerscope.tui.lines.footer_line import footer_line
from layerscope.tui.lines.glyphs import ASCII
from layerscope.tui.lines.header_line import header_line
from layerscope.tui.view.details import Subject, details_of
from layerscope.tui.view.layer_rows import layer_rows
from layerscope.tui.view.titles import files_title, why_empty
from layerscope.tui.widgets.bar import Bar
from layerscope.tui.widgets.details_pane import DetailsPane
from layerscope.tui.widgets.files_pane import FilesPane
from layerscope.tui.widgets.layers_pane import LayersPane
from layerscope.tui.widgets.splitter import Splitter

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from layerscope.tui.lines.glyphs import Glyphs
    from layerscope.tui.messages import CursorMoved, RowChosen, SplitterDragged
    from layerscope.tui.view.browser import Browser
    from layerscope.tui.widgets.line_view import LineView

NARROWEST_PANE = 20


class ExplorerScreen(Screen[None]):
    """Layers and details to the left, files to the right, a line above and one below."""

    BINDINGS: ClassVar[list[BindingType]] = list(everywhere())
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-medium"), (150, "-wide")]  # noqa: RUF012 - Textual's own type
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - the same

    def __init__(self, browser: Browser, glyphs: Glyphs) -> None:
        super().__init__()
        self.browser = browser
        self.glyphs = glyphs
        self.subject = Subject.LAYER
        self.header, self.footer = Bar(id="header"), Bar(id="footer")
        self.layers_pane, self.files_pane, self.details_pane = LayersPane(glyphs), FilesPane(glyphs), DetailsPane()
        self.panes: tuple[LineView, ...] = (self.layers_pane, self.files_pane, self.details_pane)
        self.pane: LineView = self.layers_pane

    def compose(self) -> ComposeResult:
        """The panes."""
        yield self.header
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield self.layers_pane
                yield self.details_pane
            yield Splitter(id="splitter")
            yield self.files_pane
        yield self.footer

    def on_mount(self) -> None:
        """Show what is known, which is the name."""
        self.set_class(self.glyphs is ASCII, "-ascii")
        self.go_to(self.layers_pane)
        self.show_all()

    # -- drawing: each line of the screen follows from the browser

    def show_all(self) -> None:
        """Draw everything anew."""
        self.header.show(lambda width: header_line(self.browser.session, width))
        self.show_progress()
        self.show_view()

    def show_progress(self) -> None:
        """How far the reading is, in the footer and beside the layers."""
        self.footer.show(lambda width: footer_line(self.browser.session, width, self.glyphs))
        self.layers_pane.show(layer_rows(self.browser), self.browser.state.step)

    def show_view(self) -> None:
        """Layers and tree: another layer or range is looked at."""
        self.layers_pane.show(layer_rows(self.browser), self.browser.state.step)
        self.show_tree()

    def show_tree(self) -> None:
        """The tree: something in it is opened, hidden or sorted."""
        browser = self.browser
        browser.view_changed()
        self.files_pane.show(
            browser.tree,
            browser.cursor_row,
            files_title(browser),
            empty=why_empty(browser),
            attributes=browser.state.attributes,
        )
        self.show_details(keep_place=True)

    def show_cursor(self) -> None:
        """The tree's cursor is on another path."""
        self.files_pane.lines_changed(self.browser.cursor_row)
        self.show_details()

    def show_details(self, *, keep_place: bool = False) -> None:
        """The facts of the subject."""
        title, make = details_of(self.browser, self.subject, self.glyphs)
        self.details_pane.show(title, make, keep_place=keep_place)

    # -- panes

    def go_to(self, pane: LineView) -> None:
        """Give the focus to a pane; the details follow it."""
        self.pane = pane
        self.set_class(pane is self.files_pane, "-on-files")
        for other in self.panes:
            other.set_class(other is pane, "-active")
        if self.maximized is not None:
            self.maximize(pane)
        pane.focus()
        if pane is not self.details_pane:
            self.subject = Subject.LAYER if pane is self.layers_pane else Subject.PATH
            self.show_details()

    def next_facts(self) -> None:
        """The next subject of the details."""
        subjects = list(Subject)
        self.subject = subjects[(subjects.index(self.subject) + 1) % len(subjects)]
        self.show_details()

    def toggle_maximised(self) -> None:
        """Give the screen to the pane with the focus, or back to all."""
        if self.maximized is None:
            self.maximize(self.pane)
        else:
            self.minimize()

    # -- what was done

    def action_run(self, name: str) -> None:
        """Do what the keymap calls by this name."""
        ACTIONS[name](self)

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """A cursor was moved: another step, or another path."""
        if message.view is self.layers_pane:
            self.browser.select_step(message.row)
            self.show_view()
        elif message.view is self.files_pane:
            self.browser.select_row(message.row)
            self.show_details()

    def on_row_chosen(self, message: RowChosen) -> None:
        """A row was clicked twice."""
        self.pane = message.view
        ACTIONS["toggle"](self)

    def on_descendant_focus(self) -> None:
        """A click gave the focus to a pane."""
        if self.focused is not self.pane and self.focused in self.panes:
            self.go_to(next(pane for pane in self.panes if pane is self.focused))

    def on_splitter_dragged(self, message: SplitterDragged) -> None:
        """The border between left and right is elsewhere."""
        width = max(NARROWEST_PANE, min(message.column, self.size.width - NARROWEST_PANE))
        self.query_one("#left").styles.width = width
