"""Find files in the tree: the find bar of the files pane, and its keys."""

from collections.abc import Awaitable
from functools import partial

from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.lines.find_lines import QUERY_HINT, REGEX_HELP, REGEX_KEY, find_problem, find_status
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.copying import say
from layerscope.tui.panes.finding import FindMode
from layerscope.tui.panes.pane import Explorer, KeyGroup
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.expansion import Expansion
from layerscope.tui.state.listing_look import LIST
from layerscope.tui.state.query_text import QueryText


class PathFinding(FindMode, KeyGroup):
    """The tree follows the text of the find bar, and returns to its former state when the search is given up."""

    hint = QUERY_HINT
    follows = Changed.VIEW | Changed.FOUND | Changed.SEARCH | Changed.CURSOR | Changed.ROW | Changed.LISTING

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer.browser.state, partial(find_status, explorer.browser), explorer.show_bar)
        self._explorer = explorer
        self._left_at = b""

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it is drawn as a whole
        """Draw what was found; a listing of anything but files covers the tree and its bar."""
        self.draw()
        if self.bar is not None:
            self.bar.display = self.is_open and self._explorer.browser.state.listing in (None, LIST)

    def step_back(self) -> bool:
        """Give up the search."""
        state = self._explorer.browser.state
        if state.listing or (state.search is None and not self.is_open):
            return False
        self.leave(kept=False)
        return True

    def opened(self) -> None:
        """Prepare for a search."""
        explorer, state = self._explorer, self._explorer.browser.state
        if state.search is None:
            self._left_at = state.cursor
        explorer.subject = explorer.main
        explorer.changed(Changed.SEARCH)

    async def find(self, query: str) -> None:
        """Look for a query that the user did not type."""
        self._explorer.browser.state.is_regex = False
        await self.open()
        if self.bar is not None:
            self.bar.enter(query)

    def look_for(self, text: str) -> None:
        """Look for a query."""
        state = self._explorer.browser.state
        query = QueryText(text, state.is_regex)
        state.search = None if query.is_blank else query

    def problem(self, width: int) -> Line:
        """The word that is wrong, and why."""
        return find_problem(self._explorer.browser, width)

    def followed(self) -> None:
        """Search; without a text, show the tree as it was."""
        state = self._explorer.browser.state
        state.opened_in_search = Expansion(level=0)
        if state.search is None:
            self._forget()
            state.cursor = self._left_at
            self._explorer.changed(Changed.SEARCH | Changed.TREE)
        else:
            self._explorer.changed(Changed.SEARCH)

    def leave(self, *, kept: bool) -> None:
        """Go back to the tree; if the matches are not kept, as it was before."""
        if not kept or self._explorer.browser.state.search is None:
            self.give_up()
        self._explorer.go_to(self._explorer.main.NAME)

    def give_up(self) -> None:
        """Show everything again. The cursor stays if the user moved it, else it returns to its old path."""
        state = self._explorer.browser.state
        self.hide()
        if state.search is not None:
            state.search = None
            self._forget()
            state.reveal(state.cursor)
            self._explorer.changed(Changed.TREE)

    def _forget(self) -> None:
        if self._explorer.browser.files:
            self._explorer.browser.files.forget_found()


def find(explorer: Explorer) -> Awaitable[None]:
    """Look for paths while the user types."""
    return explorer.part(PathFinding).open()


def toggle_regex(explorer: Explorer) -> Awaitable[None]:
    """Switch between regular expressions and text or globs."""
    return explorer.part(PathFinding).toggle_regex()


async def go_to(explorer: Explorer) -> None:
    """Go to a path by a few of its letters."""
    from layerscope.tui.panes.files.go_to import GoToScreen  # noqa: PLC0415 - rarely used

    def go(path: bytes | None) -> None:
        if path is not None:
            explorer.jump_to_path(path)

    if explorer.browser.session.stack is not None:
        await explorer.app.push_screen(GoToScreen(explorer.browser.session.stack), go)


def go_to_match(steps: int, explorer: Explorer) -> None:
    """Go to the next match, or the one before."""
    if explorer.browser.files:
        if explorer.browser.state.search is None:
            say(explorer.app, "there is no search; / finds paths")
        explorer.browser.files.select_match(steps)
        explorer.changed(Changed.CURSOR)


def go_to_change(steps: int, explorer: Explorer) -> None:
    """Go to the next path that changed, or the one before."""
    if explorer.browser.files:
        had_to_open = explorer.browser.files.select_change(steps)
        explorer.changed(Changed.TREE | Changed.CURSOR if had_to_open else Changed.CURSOR)


def go_to_version(steps: int, explorer: Explorer) -> None:
    """Go to the next layer that wrote or removed the path, or the one before."""
    layer = explorer.browser.files.layer_of_next_version(steps) if explorer.browser.files else None
    if layer is None:
        say(explorer.app, "no {} layer wrote or removed this path".format("higher" if steps > 0 else "lower"))
    else:
        explorer.browser.select_layer(layer)
        explorer.changed(Changed.SCOPE)


FIND_KEYS = in_section(
    Section.FINDING,
    Key("find", ("slash", "f", "ctrl+f"), find, "show only files that match: text, a glob or a query", "find", 2),
    Key("regex", (REGEX_KEY,), toggle_regex, REGEX_HELP, while_typing=True),
    Key("go_to", ("colon", "p"), go_to, "go to a path by a few of its letters", "go to", 3),
    Key("next_match", ("n",), partial(go_to_match, 1), "next match"),
    Key("previous_match", ("N",), partial(go_to_match, -1), "previous match"),
    Key("next_change", ("right_square_bracket",), partial(go_to_change, 1), "next changed path"),
    Key("previous_change", ("left_square_bracket",), partial(go_to_change, -1), "previous changed path"),
    Key("next_version", ("full_stop",), partial(go_to_version, 1), "next layer that wrote or removed this path"),
    Key("previous_version", ("comma",), partial(go_to_version, -1), "previous layer that wrote or removed this path"),
)
