"""What the keys do in the lists of a registry: some do what they do everywhere, others have a function here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions import moving, program
from layerscope.tui.actions.copying import copy
from layerscope.tui.messages import BackWanted
from layerscope.tui.state.trail import place_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from layerscope.tui.screens.names import NamesScreen

    ListAction = Callable[[NamesScreen], Awaitable[None] | None]


def toggle(screen: NamesScreen) -> None:
    """Open what the cursor is on."""
    screen.choose()


def close(screen: NamesScreen) -> None:
    """Go back."""
    screen.post_message(BackWanted())


def escape(screen: NamesScreen) -> None:
    """One step back: from a search, or to where the user was."""
    if screen.browser.state.search is not None or screen.finding.is_open:
        screen.finding.leave(kept=False)
    else:
        close(screen)


def sort(screen: NamesScreen) -> None:
    """The next order, where there is more than one."""
    if screen.browser.names.noun == "tag":
        screen.browser.next_order()
        screen.rows_changed()


async def find(screen: NamesScreen) -> None:
    """List only names that match, as one types."""
    await screen.finding.open()


async def regex(screen: NamesScreen) -> None:
    """From text and globs to regular expressions, or back."""
    await screen.finding.toggle_regex()


async def go_to(screen: NamesScreen) -> None:
    """Open a repository or image by its name."""
    await screen.ask_for_name()


def copy_path(screen: NamesScreen) -> None:
    """Copy the name of the repository or image under the cursor."""
    place = screen.browser.cursor_place
    if place is not None:
        copy(screen, place_name(place))


def copy_digest(screen: NamesScreen) -> None:
    """Copy the digest under the cursor, once it is known."""
    facts = screen.browser.cursor_facts
    if facts is not None and not isinstance(facts, Exception):
        copy(screen, str(facts.digest))


def copy_command(screen: NamesScreen) -> None:
    """Copy the command line that prints the list."""
    names = screen.browser.names
    command = "catalog" if names.noun == "repository" else "tags"
    copy(screen, f"layerscope {command} {place_name(names.place)}")


def facts(screen: NamesScreen) -> None:
    """Show or hide the details."""
    screen.toggle_details()


async def help(screen: NamesScreen) -> None:  # noqa: A001 - the action's name in the keymap
    """Show the keys."""
    from layerscope.tui.screens.help import HelpScreen  # noqa: PLC0415 - rarely used

    await screen.app.push_screen(HelpScreen(of_lists=True))


_FUNCTIONS: tuple[ListAction, ...] = (
    *(moving.up, moving.down, moving.page_up, moving.page_down, moving.top, moving.bottom),
    *(program.palette, program.theme, program.retry, program.stop, program.parent, program.quit),
    *(toggle, close, escape, sort, find, regex, go_to, copy_path, copy_digest, copy_command, facts, help),
)
LIST_ACTIONS = {function.__name__: function for function in _FUNCTIONS} | {"open": toggle}
