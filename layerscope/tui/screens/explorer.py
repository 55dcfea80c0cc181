"""The explorer's screen: a layout and a list of panes; it updates them when something changes."""

from collections.abc import Awaitable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.widget import Widget

from layerscope.tui.keymap import Keymap, Keys, key_name
from layerscope.tui.lines.screen_lines import footer_line, header_line
from layerscope.tui.messages import BackWanted
from layerscope.tui.panes.content.finding import ContentFinding
from layerscope.tui.panes.content.pane import ContentPane
from layerscope.tui.panes.copying import copy, say
from layerscope.tui.panes.details.pane import DetailsPane
from layerscope.tui.panes.files.finding import PathFinding
from layerscope.tui.panes.files.pane import FilesPane
from layerscope.tui.panes.finding import FindMode
from layerscope.tui.panes.layers.pane import LayersPane
from layerscope.tui.panes.listing.finding import ListingFinding
from layerscope.tui.panes.listing.pane import ListingPane
from layerscope.tui.panes.marking import clear as clear_marks
from layerscope.tui.panes.pane import GRACE, KeyGroup, Kind, Pane
from layerscope.tui.panes.saving import Saver
from layerscope.tui.rows.browser import Browser, shares_of_base
from layerscope.tui.screens.keyed import KeyedScreen
from layerscope.tui.screens.keys import EXPLORER_KEYS
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.listing_look import LIST
from layerscope.tui.widgets.bar import Bar
from layerscope.tui.widgets.line_view import HeadingClicked, LineView, RowChosen
from layerscope.tui.widgets.splitter import Splitter

PANES: tuple[type[Pane], ...] = (LayersPane, FilesPane, ListingPane, ContentPane, DetailsPane)
"""In the order of reading; of the tree and the listing, only one is shown."""
KEYMAP = Keymap(EXPLORER_KEYS, {pane.NAME: pane.KEYS for pane in PANES})


class ExplorerScreen(KeyedScreen):
    """A line above, panes to the left and to the right, a line below."""

    KEYMAP = KEYMAP
    pane: Pane
    subject: Pane
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own type
        (0, "-narrow"),
        (76, "-stacked"),
        (110, "-beside"),
        (170, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - the same

    def __init__(self, browser: Browser, keys: Keys) -> None:
        super().__init__(keys)
        self.browser = browser
        self.header, self.footer = Bar(id="header"), Bar(id="footer")
        self.panes = {kind.NAME: kind(self) for kind in PANES}
        self.parts: list[KeyGroup] = []
        for pane in self.panes.values():
            self.parts += [pane, *(make(self) for make in pane.PARTS)]
        self.pane = self.subject = self._uncovered = next(iter(self.panes.values()))

    def compose(self) -> ComposeResult:
        """The header, the panes and the footer."""
        yield self.header
        with Horizontal(id="body"):
            with Vertical(id="left") as left:
                yield from (pane for pane in self.panes.values() if not pane.on_right)
            yield Splitter(left, id="splitter")
            yield from (pane for pane in self.panes.values() if pane.on_right)
        yield self.footer

    def on_mount(self) -> None:
        """Show the name, which is all that is known."""
        self.go_to(self.pane.NAME)
        self.changed(Changed.IMAGE)

    @property
    def main(self) -> Pane:
        """The tree, or the list in its place."""
        return next(pane for pane in self.panes.values() if pane.on_right and pane.is_shown)

    @property
    def covers_details(self) -> bool:
        """Whether the details are only shown while they have the focus."""
        return self.has_class("-narrow") or self.has_class("-stacked")

    @property
    def is_maximised(self) -> bool:
        """Whether the pane with the focus has the whole screen."""
        return self.has_class("-maximised")

    @property
    def is_typing(self) -> bool:
        """Whether a find bar has the focus."""
        return any(part.is_typing for part in self.parts if isinstance(part, FindMode))

    @property
    def hidden(self) -> list[str]:
        """The panes in whose place another one is shown, and whose keys do not bring them back."""
        return [name for name, pane in self.panes.items() if not (pane.is_shown or pane.is_called_by_keys)]

    def has_no_meaning(self, name: str) -> None:
        """Say that a key or an action of the tree means nothing in a listing."""
        if self.browser.state.listing:
            self.app.notify(f"{key_name(name)} does nothing in this list; esc shows the tree", markup=False, timeout=3)

    def do_in(self, pane: str, action: str) -> Awaitable[None] | None:
        """Do what an action means in another pane."""
        key = self.keymap.of_action(action, pane)
        return key.run(self) if key else None

    def part(self, kind: type[Kind]) -> Kind:
        """The part of this kind."""
        return next(part for part in self.parts if isinstance(part, kind))

    def start(self) -> None:
        """Let all parts begin."""
        for part in self.parts:
            part.start()

    def cancel(self) -> None:
        """Give up what is at work."""
        for part in self.parts:
            part.cancel()

    def stop(self, grace: float = GRACE) -> None:
        """End all parts; a reader gets `grace` seconds to notice."""
        for part in reversed(self.parts):
            part.stop(grace)

    def changed(self, what: Changed) -> None:
        """Draw what has changed, and update all parts that follow it."""
        if what & Changed.VIEW:
            self.browser.view_changed()
        if what & (Changed.LOADED | Changed.MARKED | Changed.SAVED):
            marked = self.browser.state.changes.count
            shares = shares_of_base(self.browser.session, self.browser.state)
            self.header.show(lambda width: header_line(self.browser.session, width, marked, shares))
        if what & (Changed.LOADED | Changed.PROGRESS):
            self._draw_footer()
        if what & Changed.PREVIEW:
            self.set_class(self.browser.state.preview.tab is not None, "-content")
        for part in self.parts:
            if what & part.follows:
                part.update(what)

    def _draw_footer(self) -> None:
        self.footer.show(lambda width: footer_line(self.browser.session, self.hints, width))

    def go_to(self, name: str) -> None:
        """Give the focus to a pane; the details follow it."""
        self.pane = pane = self.panes[name]
        for other in self.panes.values():
            other.set_class(other is pane, "-active", update=False)
        self.update_classes({"-on-right": pane.on_right, **{f"-on-{name}": name == pane.NAME for name in self.panes}})
        self.set_focus(pane)
        if not isinstance(pane, DetailsPane):
            self.subject = self._uncovered = pane
            self.changed(Changed.SUBJECT)

    def go_to_path(self, path: bytes, layer: int) -> None:
        """Show a path as a layer left it."""
        self.browser.state.remember()
        if self.browser.state.listing != LIST:
            self.part(PathFinding).give_up()
        self.browser.show_path(path, layer)
        self.show_listing(None)
        self.changed(Changed.SCOPE)

    def jump_to_path(self, path: bytes) -> None:
        """Put the cursor of the tree on a path, wherever it is."""
        self.browser.state.remember()
        self.browser.find_path(path)
        self.show_listing(None)
        self.changed(Changed.SCOPE)

    async def list_found(self, query: str) -> None:
        """List the files of the whole image that a query finds."""
        self.browser.state.remember()
        self.browser.show_whole()
        self.show_listing(LIST)
        self.changed(Changed.SCOPE)
        await self.part(PathFinding).find(query)

    def jump_back(self) -> None:
        """Go back to where the last jump began."""
        state = self.browser.state
        if not state.jumps:
            self.app.notify("there is no earlier jump", markup=False, timeout=3)
            return
        step, state.anchor, state.whole, state.cursor, listing = state.jumps.pop()
        if listing != LIST:
            self.part(PathFinding).give_up()
        state.reveal(state.cursor)
        self.browser.select_step(step)
        self.show_listing(listing)
        self.changed(Changed.SCOPE)

    def show_listing(self, name: str | None) -> None:
        """Show a listing to the right; with None, the tree."""
        self.part(ListingFinding).give_up()
        self.browser.state.listing = name
        self.set_class(name is not None, "-listing")
        self.changed(Changed.LISTING)
        self.go_to(self.main.NAME)

    async def show_bar(self, bar: Widget) -> None:
        """Put a bar above the footer."""
        await self.mount(bar, before=self.footer)

    def go_by(self, steps: int) -> None:
        """Give the focus to the next pane in the order of reading, or to the one before."""
        shown = [name for name, pane in self.panes.items() if pane.is_shown]
        self.go_to(shown[(shown.index(self.pane.NAME) + steps) % len(shown)])

    def go_to_number(self, number: int) -> None:
        """Give the focus to a pane by its number in the order of reading, from 1."""
        self.go_to([name for name, pane in self.panes.items() if pane.is_shown][number - 1])

    def toggle_maximised(self) -> None:
        """Give the screen to the pane with the focus, or back to all."""
        self.set_class(not self.is_maximised, "-maximised")

    def step_back(self) -> None:
        """One step back: end saving, search, covering details, maximised pane, file, listing, range or marks.

        If there is nothing to end, leave.
        """
        if any(self.part(kind).step_back() for kind in (Saver, ContentFinding, ListingFinding, PathFinding)):
            return
        if self.covers_details and isinstance(self.pane, DetailsPane):
            self.go_to(self._uncovered.NAME)
        elif self.is_maximised:
            self.toggle_maximised()
        elif not (any(part.step_back() for part in reversed(self.parts)) or clear_marks(self)):
            self.post_message(BackWanted())

    def on_resize(self, event: Resize) -> None:
        """Keep room on both sides of the splitter."""
        self.query_one(Splitter).fit(event.size.width)

    def copy_command(self) -> None:
        """Copy the command line that prints what is shown."""
        if command := self.pane.command or self.main.command:
            copy(self.app, command)

    def cursor_moved(self, view: LineView) -> None:
        """Let the pane take the cursor into the state."""
        if isinstance(view, Pane):
            view.cursor_moved()

    def on_heading_clicked(self, message: HeadingClicked) -> None:
        """Sort a pane by the column whose head was clicked."""
        if isinstance(message.view, Pane) and not message.view.sort_by(message.head):
            say(self.app, f"nothing is sorted by {message.head}")

    async def on_row_chosen(self, message: RowChosen) -> None:
        """Do what the pane does with a row that was clicked twice."""
        if isinstance(message.view, Pane) and message.view.is_shown:
            self.pane = message.view
            await self.action_run("toggle")

    def on_descendant_focus(self) -> None:
        """Follow the focus to a pane that was clicked, but not to a pane that was closed meanwhile; show its keys."""
        if isinstance(self.focused, Pane) and self.focused is not self.pane:
            self.go_to((self.focused if self.focused.is_shown else self.pane).NAME)
        self._draw_footer()
