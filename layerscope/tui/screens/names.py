"""The list of a registry's repositories or a repository's tags: its layout, and what the user does there."""

from textual.app import ComposeResult
from textual.widget import Widget

from layerscope.errors import InvalidReference, LayerscopeError
from layerscope.oci.collection import Registry, Repository
from layerscope.tui.keymap import Keymap, Keys
from layerscope.tui.lines.name_lines import tag_details
from layerscope.tui.lines.name_words import names_footer, names_header
from layerscope.tui.lines.problem_lines import one_sentence
from layerscope.tui.lines.spans import Line, safe
from layerscope.tui.messages import LocationWanted
from layerscope.tui.panes.names.finding import NameFindMode
from layerscope.tui.panes.names.pane import NamesPane, RowsScrolled
from layerscope.tui.rows.name_browser import NameBrowser
from layerscope.tui.screens.keyed import KeyedScreen
from layerscope.tui.screens.keys import PROGRAM_KEYS
from layerscope.tui.state.name_list import NameList
from layerscope.tui.state.registry_news import RegistryNews
from layerscope.tui.state.trail import Start, location_name, named_location
from layerscope.tui.widgets.bar import Bar
from layerscope.tui.widgets.line_view import LineView, RowChosen
from layerscope.tui.widgets.text_view import TextView

KEYMAP = Keymap(PROGRAM_KEYS, {NamesPane.NAME: NamesPane.KEYS})


class NamesScreen(KeyedScreen):
    """A header, the names, the details of the selected tag, and a footer."""

    KEYMAP = KEYMAP
    can_go_back = False
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - Textual's own type

    def __init__(self, location: Start | Registry | Repository, keys: Keys) -> None:
        super().__init__(keys)
        self.browser = NameBrowser(NameList(location))
        self.header, self.footer = Bar(id="header"), Bar(id="footer")
        self.pane: NamesPane = NamesPane(self.browser)
        self.details_pane = TextView(id="tag-details")
        self.find = NameFindMode(self)
        self.news = RegistryNews()
        self.waiting = ""

    def compose(self) -> ComposeResult:
        """The header, the panes and the footer."""
        yield self.header
        yield self.pane
        if isinstance(self.browser.names.location, Repository):
            yield self.details_pane
        yield self.footer

    def on_mount(self) -> None:
        """Show the location, which is all that is known."""
        self.pane.focus()
        self.draw()

    def draw(self) -> None:
        """Draw everything."""
        self.header.show(lambda width: names_header(self.browser, self.news.limit, width))
        self.pane.show()
        self.draw_progress()
        self.draw_selected()

    def draw_progress(self) -> None:
        """Draw the progress."""
        self.footer.show(self._footer)

    def draw_selected(self) -> None:
        """Draw what belongs to the name under the cursor, and the number of names."""
        if self.details_pane.is_attached:
            self.details_pane.show("Tag", self._details, keep_scroll=True)
        self.find.draw()

    def rows_changed(self) -> None:
        """Draw other rows, or another order."""
        self.browser.changed()
        self.draw()
        self.post_message(RowsScrolled(self.pane))

    def draw_soon(self) -> None:
        """Draw new names and tags soon, with others that come meanwhile."""
        raise NotImplementedError

    def retry(self) -> None:
        """Ask again for what failed or was stopped."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Stop listing and reading, and keep what is there."""
        raise NotImplementedError

    def choose(self) -> None:
        """Open the repository or image under the cursor."""
        if (location := self.browser.cursor_location) is not None:
            self.post_message(LocationWanted(location))

    def toggle_details(self) -> None:
        """Show or hide the details of the tag; they are shown from the start if there is room."""
        shown = self.details_pane.is_attached and self.details_pane.display
        self.set_class(shown, "-no-details")
        self.set_class(not shown, "-details")

    async def ask_for_name(self, problem: LayerscopeError | None = None, answer: str = "") -> None:
        """Let the user name a repository or image of the registry, and go there."""
        from layerscope.tui.panes.ask import AskScreen  # noqa: PLC0415 - rarely used

        location = self.browser.names.location
        assert not isinstance(location, Start)
        domain = location.domain

        async def go(answer: str | None) -> None:
            if answer is None:
                return
            try:
                self.post_message(LocationWanted(named_location(domain, answer)))
            except InvalidReference as error:
                await self.ask_for_name(error, answer)

        question = "Name a repository, or an image with its tag or digest:"
        if problem:
            question = f"{one_sentence(problem)}. {question}"
        await self.app.push_screen(AskScreen(f"Open from {safe(domain)}", question, answer), go)

    @property
    def is_typing(self) -> bool:
        """Whether the find bar has the focus."""
        return self.find.is_typing

    async def show_bar(self, bar: Widget) -> None:
        """Put a bar above the footer."""
        await self.mount(bar, before=self.footer)

    def take_focus(self) -> None:
        """Give the focus back to the names."""
        self.pane.focus()

    def on_descendant_focus(self) -> None:
        """Show the keys that work in the find bar, or in the list."""
        self.draw_progress()

    def cursor_moved(self, view: LineView) -> None:
        """Follow the cursor to another name."""
        self.browser.select_row(view.cursor)
        self.draw_selected()

    def on_row_chosen(self, message: RowChosen) -> None:
        """Open the row that was clicked twice."""
        self.browser.select_row(message.row)
        self.choose()

    def _footer(self, width: int) -> Line:
        return names_footer(self.browser, self.hints, self.waiting, width, can_go_back=self.can_go_back)

    def _details(self, width: int) -> list[Line]:
        location = self.browser.cursor_location
        return tag_details(location_name(location), self.browser.cursor_tag, width) if location else []
