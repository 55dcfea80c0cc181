"""Keys: the bindings, the footer, the help and the command palette are made from them."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import Any


class Section(StrEnum):
    """The titles of the help, in its order."""

    MOVING = "Moving"
    LAYERS = "Layers"
    TREE = "Tree"
    CONTENT = "Files"
    IMAGE = "Image"
    LISTS = "Lists of a registry"
    FINDING = "Finding"
    WHAT_IF = "Marks"
    ANYWHERE = "Anywhere"


@dataclass(frozen=True, slots=True)
class Key:
    """An action: its keys in Textual's names, the function that does it to a screen, and what it does, in words.

    Without `help`, it is what a key of the help means in this pane instead. `short` is its word in the footer, and
    `rank` orders the footer. Actions of a `family` are one line of the help, which says this of all of them. `order`
    orders the help within a section.

    `here`: the keys mean this only while the pane has the focus. `while_typing`: they are no letters. `moves`: the
    action moves the cursor; of consecutive moves, only the last position is drawn. `words` are other words for it, by
    which people look for it in the help and the palette.
    """

    action: str
    keys: tuple[str, ...]
    run: Callable[[Any], Awaitable[None] | None]
    help: str = ""
    short: str = ""
    rank: int = 0
    section: Section = Section.ANYWHERE
    family: str = ""
    order: int = 0
    here: bool = False
    while_typing: bool = False
    moves: bool = False
    words: str = ""

    def has(self, text: str) -> bool:
        """Whether a word for the action, or one of its keys, contains the text."""
        return text.lower() in f"{self.help} {self.words} {self.family} {' '.join(map(key_name, self.keys))}".lower()

    @property
    def hint(self) -> tuple[str, str, str]:
        """Its first key as people call it, its word in the footer, and its action."""
        return key_name(self.keys[0]), self.short, self.action


Keys = Mapping[str, tuple[str, ...]]
"""Keys of actions, by the names of the actions."""


class Keymap:
    """The keys of a screen: its own ones, and those of its panes by the name of the pane."""

    def __init__(self, own: Sequence[Key], panes: Mapping[str, Sequence[Key]]) -> None:
        self._own, self._panes = own, panes
        self.keys = frozenset(key for entry in self.all for key in entry.keys)
        self.entries = sorted((entry for entry in self.all if entry.help), key=lambda entry: entry.order)
        """What the help and the palette show."""
        self._hints = sorted((entry for entry in self.entries if entry.short), key=lambda entry: entry.rank)

    @property
    def all(self) -> tuple[Key, ...]:
        """Every entry, also those that say what a key means in one pane instead."""
        return tuple(chain(*self._panes.values(), self._own))

    def rebound(self, keys: Keys) -> "Keymap":
        """The same actions; those that are named have these keys instead of the usual ones."""

        def others(entries: Sequence[Key]) -> list[Key]:
            return [replace(entry, keys=keys.get(entry.action, entry.keys)) for entry in entries]

        return Keymap(others(self._own), {name: others(entries) for name, entries in self._panes.items()})

    def of_key(self, key: str, pane: str, hidden: Collection[str] = ()) -> Key | None:
        """What a key means while a pane has the focus; the keys of panes that are `hidden` mean nothing."""
        return next((entry for entry in self._meant(pane, hidden) if key in entry.keys), None)

    def hints(self, pane: str, hidden: Collection[str] = (), *, is_typing: bool = False) -> list[tuple[str, str, str]]:
        """What the footer shows while a pane has the focus, or while the user types: the keys that mean this there.

        If not all fit, those before the last two are left out, from the end.
        """
        if is_typing:
            return [("f1", "help", "help_while_typing"), ("ctrl+c", "quit", "quit")]
        meant = ((entry, self.of_key(entry.keys[0], pane, hidden)) for entry in self._hints)
        return [entry.hint for entry, other in meant if other and other.action == entry.action]

    def of_action(self, action: str, pane: str, hidden: Collection[str] = ()) -> Key | None:
        """What an action does while a pane has the focus."""
        return next((entry for entry in self._meant(pane, hidden) if entry.action == action), None)

    def _meant(self, pane: str, hidden: Collection[str]) -> Iterable[Key]:
        """The entries that mean something in a pane, its own ones first."""
        panes = ((name, keys) for name, keys in self._panes.items() if name != pane and name not in hidden)
        others = (entry for _, keys in panes for entry in keys if not entry.here)
        return chain(self._panes.get(pane, ()), others, self._own)


def in_section(section: Section, *keys: Key) -> tuple[Key, ...]:
    """The same keys in a section of the help."""
    return tuple(replace(key, section=section) for key in keys)


_NAMES = {
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "minus": "-",
    "tilde": "~",
    "asterisk": "*",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "ctrl+@": "ctrl+space",
    "pageup": "pgup",
    "pagedown": "pgdn",
}


KEYS_BY_NAME = {name: key for key, name in _NAMES.items()}
"""Keys in Textual's names, by what people call them."""


_shown: dict[str, str] = {}


def show_keys(keys: Keys) -> None:
    """Let texts name these keys, which the user wants for actions."""
    _shown.clear()
    _shown.update((action, key_name(own[0])) for action, own in keys.items())


def key_of(action: str, usual: str) -> str:
    """The key of an action, for a text that names it; `usual` is the one that it has by default."""
    return _shown.get(action, usual)


def key_name(key: str) -> str:
    """A key as people call it: `?` for `question_mark`."""
    return _NAMES.get(key, key)
