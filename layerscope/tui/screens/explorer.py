"""The explorer's screen: it holds the panes, and carries messages between them, the model and the workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from layerscope.tui.actions import ACTIONS
from layerscope.tui.actions.moving import MOVES
from layerscope.tui.bindings import WHILE_TYPING, everywhere
from layerscope.tui.keymap import KEYMAP
from layerscope.tui.lines.details import Subject
from layerscope.tui.messages import CursorMoved, ListingWanted
from layerscope.tui.panes.files.finding import Finding
from layerscope.tui.panes.files.pane import FilesPane
from layerscope.tui.panes.layers.pane import LayersPane
from layerscope.tui.panes.listing.pane import ListingPane
from layerscope.tui.screens.drawing import Drawing
from layerscope.tui.widgets.bar import Bar
from layerscope.tui.widgets.splitter import Splitter
from layerscope.tui.widgets.text_view import DetailsPane

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from layerscope.tui.messages import FindEdited, FindLeft, RowChosen, SplitterDragged
    from layerscope.tui.rows.browser import Browser
    from layerscope.tui.widgets.find_bar import FindBar
    from layerscope.tui.widgets.line_view import LineView

NARROWEST_PANE = 20


class ExplorerScreen(Screen[None]):
    """Layers and details to the left, files or a listing to the right, a line above and one below."""

    BINDINGS: ClassVar[list[BindingType]] = list(everywhere())
    keymap = KEYMAP
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-medium"), (150, "-wide")]  # noqa: RUF012 - Textual's own type
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - the same

    def __init__(self, browser: Browser) -> None:
        super().__init__()
        self.browser = browser
        self.header, self.footer = Bar(id="header"), Bar(id="footer")
        self.layers_pane, self.details_pane = LayersPane(), DetailsPane()
        self.files_pane, self.listing_pane = FilesPane(), ListingPane()
        self.find_bar: FindBar | None = None
        self.pane: LineView = self.layers_pane
        self.draw = Drawing(self)
        self.finding = Finding(self)

    def compose(self) -> ComposeResult:
        """The panes."""
        yield self.header
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield self.layers_pane
                yield self.details_pane
            yield Splitter(id="splitter")
            yield self.files_pane
            yield self.listing_pane
        yield self.footer

    def on_mount(self) -> None:
        """Show what is known, which is the name."""
        self.go_to(self.layers_pane)
        self.draw.all()

    @property
    def panes(self) -> tuple[LineView, ...]:
        """The panes in the order of reading."""
        right = self.listing_pane if self.browser.state.listing else self.files_pane
        return self.layers_pane, right, self.details_pane

    @property
    def shows_one_pane(self) -> bool:
        """Whether there is room for no more than the pane with the focus."""
        return self.has_class("-narrow")

    def go_to(self, pane: LineView) -> None:
        """Give the focus to a pane; the details follow it."""
        self.pane = pane
        self.set_class(pane in (self.files_pane, self.listing_pane), "-on-right")
        for other in (*self.panes, self.files_pane, self.listing_pane):
            other.set_class(other is pane, "-active")
        if self.maximized is not None:
            self.maximize(pane)
        self.set_focus(pane)
        subjects = {self.layers_pane: Subject.LAYER, self.files_pane: Subject.PATH, self.listing_pane: Subject.ROW}
        if pane in subjects:
            self.draw.subject = subjects[pane]
            self.draw.details()

    def go_to_layer(self, layer: int) -> None:
        """Look at a layer."""
        self.browser.select_layer(layer)
        self.draw.scope()

    def go_to_path(self, path: bytes, layer: int) -> None:
        """Look at a path as a layer left it."""
        self.finding.give_up()
        self.browser.show_path(path, layer)
        self.show_listing(None)
        self.draw.scope()

    def show_listing(self, name: str | None) -> None:
        """Put a listing, or with None the tree, to the right."""
        self.browser.state.listing = name
        self.set_class(name is not None, "-listing")
        if name is not None and self.browser.listing is None:
            self.post_message(ListingWanted())
        self.draw.listing()
        self.go_to(self.panes[1])

    def toggle_maximised(self) -> None:
        """Give the screen to the pane with the focus, or back to all."""
        if self.maximized is None:
            self.maximize(self.pane)
        else:
            self.minimize()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """While a line of text is typed, most keys are letters."""
        typing = self.find_bar is not None and self.find_bar.has_focus_within
        return action != "run" or not typing or parameters[0] in WHILE_TYPING

    async def action_run(self, name: str) -> None:
        """Do what the keymap calls by this name, to what the cursor is on by now."""
        if name not in MOVES:
            self.on_cursor_moved(CursorMoved(self.pane))
        waiting = ACTIONS[name](self)
        if waiting is not None:
            await waiting

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """A cursor was moved, unless that was heard of before: another step, path or row."""
        pane = message.view
        if not pane.moved:
            return
        pane.moved = False
        if pane is self.layers_pane:
            self.browser.select_step(pane.cursor)
            self.draw.scope()
        elif pane is self.files_pane:
            self.browser.select_row(pane.cursor)
            self.draw.found()
            self.draw.details()
        elif pane is self.listing_pane:
            self.browser.select_listing_row(pane.cursor)
            self.draw.details()

    async def on_row_chosen(self, message: RowChosen) -> None:
        """A row was clicked twice."""
        self.pane = message.view
        await self.action_run("toggle")

    def on_descendant_focus(self) -> None:
        """A click gave the focus to a pane."""
        if self.focused is not self.pane and self.focused in self.panes:
            self.go_to(next(pane for pane in self.panes if pane is self.focused))

    def on_splitter_dragged(self, message: SplitterDragged) -> None:
        """The border between left and right is elsewhere."""
        width = max(NARROWEST_PANE, min(message.column, self.size.width - NARROWEST_PANE))
        self.query_one("#left").styles.width = width

    async def on_find_edited(self, message: FindEdited) -> None:
        """Something else is looked for."""
        self.finding.edit(message.text)

    def on_find_left(self, message: FindLeft) -> None:
        """The find bar was left."""
        self.finding.leave(kept=message.kept)
