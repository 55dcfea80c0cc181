"""The list of a registry's repositories, or of a repository's tags: the panes, and what the user does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from layerscope.errors import InvalidReference
from layerscope.oci.collection import Registry
from layerscope.tui.actions.moving import MOVES
from layerscope.tui.bindings import WHILE_TYPING, in_lists
from layerscope.tui.keymap import LIST_KEYMAP
from layerscope.tui.lines.name_bars import names_footer, names_header
from layerscope.tui.lines.problem_lines import one_sentence
from layerscope.tui.lines.spans import safe
from layerscope.tui.lines.tag_details import tag_details
from layerscope.tui.messages import CursorMoved, PlaceWanted, RowsScrolled
from layerscope.tui.panes.names.finding import NameFinding
from layerscope.tui.panes.names.keys import LIST_ACTIONS
from layerscope.tui.panes.names.pane import NamesPane
from layerscope.tui.rows.name_browser import NameBrowser
from layerscope.tui.state.name_list import NameList
from layerscope.tui.state.registry_news import RegistryNews
from layerscope.tui.state.trail import named_place, place_name
from layerscope.tui.widgets.bar import Bar
from layerscope.tui.widgets.text_view import DetailsPane

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from layerscope.errors import LayerscopeError
    from layerscope.oci.collection import Repository
    from layerscope.tui.lines.spans import Line
    from layerscope.tui.messages import FindEdited, FindLeft, RowChosen


class NamesScreen(Screen[None]):
    """Names with the facts of the selected tag below, a line above and one at the bottom."""

    BINDINGS: ClassVar[list[BindingType]] = list(in_lists())
    keymap = LIST_KEYMAP
    can_go_back = False
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - Textual's own type

    def __init__(self, place: Registry | Repository) -> None:
        super().__init__()
        self.browser = NameBrowser(NameList(place))
        self.header, self.footer = Bar(id="header"), Bar(id="footer")
        self.pane, self.details_pane = NamesPane(self.browser), DetailsPane(id="tag-details")
        self.finding = NameFinding(self)
        self.news = RegistryNews()
        self.waiting = ""

    def compose(self) -> ComposeResult:
        """The panes."""
        yield self.header
        yield self.pane
        if not isinstance(self.browser.names.place, Registry):
            yield self.details_pane
        yield self.footer

    def on_mount(self) -> None:
        """Show what is known, which is where the names are."""
        self.pane.focus()
        self.draw()

    def draw(self) -> None:
        """Everything."""
        self.header.show(lambda width: names_header(self.browser, self.news.limit, width))
        self.pane.show()
        self.draw_progress()
        self.draw_selected()

    def draw_progress(self) -> None:
        """How far the reading is."""
        self.footer.show(self._footer)

    def draw_selected(self) -> None:
        """What belongs to the name under the cursor, and how many names there are."""
        if self.details_pane.is_attached:
            self.details_pane.show("Tag", self._details, keep_place=True)
        self.finding.draw()

    def rows_changed(self) -> None:
        """There are other rows, or they are in another order."""
        self.browser.changed()
        self.draw()
        self.post_message(RowsScrolled(self.pane))

    def choose(self) -> None:
        """Go to what the cursor is on."""
        if (place := self.browser.cursor_place) is not None:
            self.post_message(PlaceWanted(place))

    def toggle_details(self) -> None:
        """Show or hide the facts of the tag, which are there from the start where there is room."""
        shown = self.details_pane.is_attached and self.details_pane.display
        self.set_class(shown, "-no-details")
        self.set_class(not shown, "-details")

    async def ask_for_name(self, problem: LayerscopeError | None = None, answer: str = "") -> None:
        """Let the user name a repository or image of the registry, and go there."""
        from layerscope.tui.panes.ask import AskScreen  # noqa: PLC0415 - rarely used

        domain = self.browser.names.place.domain

        async def go(answer: str | None) -> None:
            if answer is None:
                return
            try:
                self.post_message(PlaceWanted(named_place(domain, answer)))
            except InvalidReference as error:
                await self.ask_for_name(error, answer)

        question = "Name a repository, or an image with its tag or digest:"
        if problem:
            question = f"{one_sentence(problem)}. {question}"
        await self.app.push_screen(AskScreen(f"Open from {safe(domain)}", question, answer), go)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """While a line of text is typed, most keys are letters."""
        return action != "run" or not self.finding.is_typing or parameters[0] in WHILE_TYPING

    async def action_run(self, name: str) -> None:
        """Do what the keymap calls by this name, to what the cursor is on by now."""
        if name not in MOVES:
            self.on_cursor_moved(CursorMoved(self.pane))
        waiting = LIST_ACTIONS[name](self)
        if waiting is not None:
            await waiting

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """The cursor is on another name, unless that was heard of before."""
        if not message.view.moved:
            return
        message.view.moved = False
        self.browser.select_row(self.pane.cursor)
        self.draw_selected()

    def on_row_chosen(self, message: RowChosen) -> None:
        """A row was clicked twice."""
        self.browser.select_row(message.row)
        self.choose()

    def on_find_edited(self, message: FindEdited) -> None:
        """Something else is looked for."""
        self.finding.edit(message.text)

    def on_find_left(self, message: FindLeft) -> None:
        """The find bar was left."""
        self.finding.leave(kept=message.kept)

    def _footer(self, width: int) -> Line:
        return names_footer(self.browser, self.waiting, width, can_go_back=self.can_go_back)

    def _details(self, width: int) -> list[Line]:
        place = self.browser.cursor_place
        return tag_details(place_name(place), self.browser.cursor_facts, width) if place else []
