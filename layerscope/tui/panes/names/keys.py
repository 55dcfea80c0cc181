"""What the keys do in the lists of a registry."""

import shlex
from collections.abc import Awaitable
from typing import Protocol

from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.lines.find_lines import REGEX_HELP, REGEX_KEY
from layerscope.tui.messages import BackWanted, LocationWanted, ParentWanted
from layerscope.tui.panes.copying import copy, say
from layerscope.tui.panes.names.finding import NameFindMode
from layerscope.tui.panes.names.lists import Lists
from layerscope.tui.state.trail import location_name


class ListScreen(Lists, Protocol):
    """A list with a search."""

    find: NameFindMode


def choose(lists: ListScreen) -> None:
    """Open the repository or image under the cursor."""
    lists.choose()


def step_back(lists: ListScreen) -> None:
    """End the search; without one, go back to the location before."""
    if lists.browser.state.search is not None or lists.find.is_open:
        lists.find.leave(kept=False)
    else:
        go_back(lists)


def go_back(lists: ListScreen) -> None:
    """Go back to the location before."""
    lists.post_message(BackWanted())


def go_up(lists: ListScreen) -> None:
    """Go from the tags to the repositories of the registry."""
    lists.post_message(ParentWanted())


def find(lists: ListScreen) -> Awaitable[None]:
    """List only names that match, while the user types."""
    return lists.find.open()


def ask_for_name(lists: ListScreen) -> Awaitable[None]:
    """Open a repository or image by its name."""
    return lists.ask_for_name()


def toggle_details(lists: ListScreen) -> None:
    """Show or hide the details."""
    lists.toggle_details()


def sort(lists: ListScreen) -> None:
    """Sort by the next order, if there is more than one."""
    if lists.browser.names.noun == "tag":
        lists.browser.next_order()
        lists.rows_changed()


def mark(lists: ListScreen) -> None:
    """Mark the tag under the cursor, or remove its mark."""
    state, name = lists.browser.state, lists.browser.cursor_name
    if lists.browser.names.noun == "tag" and name is not None:
        state.mark = "" if state.mark == name else name
        lists.rows_changed()


def compare(lists: ListScreen) -> None:
    """Compare the marked tag with the one under the cursor; without a mark, the tag before that."""
    if (location := lists.browser.comparison) is not None:
        lists.post_message(LocationWanted(location))
    elif lists.browser.names.noun == "tag":
        say(lists.app, "no tag is before this one; m marks the tag to compare with")


def copy_name(lists: ListScreen) -> None:
    """Copy the name of the repository or image under the cursor."""
    if (location := lists.browser.cursor_location) is not None:
        copy(lists.app, location_name(location))


def copy_digest(lists: ListScreen) -> None:
    """Copy the digest under the cursor, once it is known."""
    tag = lists.browser.cursor_tag
    if tag is not None and not isinstance(tag, Exception):
        copy(lists.app, str(tag.digest))


def copy_command(lists: ListScreen) -> None:
    """Copy the command line that prints the list."""
    names = lists.browser.names
    command = "catalog" if names.noun == "repository" else "tags"
    copy(lists.app, shlex.join(("layerscope", command, location_name(names.location), *names.options)))


KEYS = (
    *in_section(
        Section.LISTS,
        Key("open", ("right", "l"), choose, "open the repository or image"),
        Key("close", ("left", "h"), go_back, "go back"),
        Key("toggle", ("enter", "space"), choose, "open the repository or image", "open", 1),
        Key("sort", ("s", "ctrl+o"), sort, "sort tags by name, pull size or time", "sort", 3),
    ),
    *in_section(
        Section.LISTS,
        Key("mark", ("m",), mark, "mark a tag to compare others with, or remove the mark", "mark", 8),
        Key(
            "compare",
            ("D",),
            compare,
            "compare the marked tag with this one; without a mark, the tag before this one",
            "compare",
            9,
            words="diff",
        ),
    ),
    *in_section(
        Section.FINDING,
        Key("find", ("slash", "f", "ctrl+f"), find, "list only names that match: text, glob or regex", "find", 2),
        Key("regex", (REGEX_KEY,), lambda lists: lists.find.toggle_regex(), REGEX_HELP, while_typing=True),
        Key("go_to", ("colon", "p"), ask_for_name, "open a repository or image by its name", "name", 4),
    ),
    Key("escape", ("escape",), step_back, "end the search, or go back", "back", 5),
    Key("parent", ("t", "backspace"), go_up, "from the tags to the repositories of the registry", "up", 6),
    Key("copy_path", ("y",), copy_name, "copy the name"),
    Key("copy_digest", ("Y",), copy_digest, "copy the digest of the tag"),
    Key("copy_command", ("ctrl+y",), copy_command, "copy the command line that prints the list"),
    Key("details", ("i",), toggle_details, "show or hide the details of the tag", "details", 7),
    Key("retry", ("r",), lambda lists: lists.retry(), "read the failed or stopped lists again", order=7),
    Key("stop", ("S",), lambda lists: lists.cancel(), "stop reading", order=8),
)
