"""What the keys of finding do."""

from collections.abc import Awaitable
from functools import partial

from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.lines.find_lines import REGEX_HELP, REGEX_KEY
from layerscope.tui.panes.files.finding import PathFinding
from layerscope.tui.panes.pane import Explorer
from layerscope.tui.state.changed import Changed


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
            explorer.browser.find_path(path)
            explorer.show_listing(None)
            explorer.changed(Changed.SCOPE)

    if explorer.browser.session.stack is not None:
        await explorer.app.push_screen(GoToScreen(explorer.browser.session.stack), go)


def go_to_match(steps: int, explorer: Explorer) -> None:
    """Go to the next match, or the one before."""
    if explorer.browser.files:
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
    if layer is not None:
        explorer.browser.select_layer(layer)
        explorer.changed(Changed.SCOPE)


FIND_KEYS = in_section(
    Section.FINDING,
    Key("find", ("slash", "f", "ctrl+f"), find, "show only paths that match: text, glob or regex", "find", 2),
    Key("regex", (REGEX_KEY,), toggle_regex, REGEX_HELP, while_typing=True),
    Key("go_to", ("colon", "p"), go_to, "go to a path by a few of its letters", "go to", 3),
    Key("next_match", ("n",), partial(go_to_match, 1), "next match"),
    Key("previous_match", ("N",), partial(go_to_match, -1), "previous match"),
    Key("next_change", ("right_square_bracket",), partial(go_to_change, 1), "next changed path"),
    Key("previous_change", ("left_square_bracket",), partial(go_to_change, -1), "previous changed path"),
    Key("next_version", ("full_stop",), partial(go_to_version, 1), "next layer that wrote or removed this path"),
    Key("previous_version", ("comma",), partial(go_to_version, -1), "previous layer that wrote or removed this path"),
)
