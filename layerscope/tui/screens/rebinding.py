"""Other keys for actions, as the user wants them: what can be done, and why the rest cannot."""

import string
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from textual.keys import KEY_NAME_REPLACEMENTS, Keys as TextualKeys

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.settings.parsing import Given
from layerscope.tui.keymap import KEYS_BY_NAME, Keymap, Keys, key_name

Wanted = Mapping[str, Given[tuple[str, ...]]]
"""Keys of actions, and the lines of the settings that ask for them."""

_TAKEN = {
    "ctrl+c": "it always quits",
    "ctrl+z": "it always suspends the program",
    "ctrl+m": "a terminal sends it for enter",
    "ctrl+i": "a terminal sends it for tab",
    "ctrl+h": "many terminals send it for backspace",
    "ctrl+j": "many terminals send it for enter",
    "ctrl+left_square_bracket": "a terminal sends it for escape",
}
_MODIFIERS = frozenset(("ctrl", "shift", "alt", "super"))


def rebind(wanted: Wanted, keymaps: Sequence[Keymap]) -> tuple[Keys, list[str]]:
    """The keys that are possible in all keymaps together, and a sentence for each line that is left out."""
    keys: dict[str, tuple[str, ...]] = {}
    problems = []
    typed_beside = {entry.action for keymap in keymaps for entry in keymap.all if entry.while_typing}
    for action, given in wanted.items():
        try:
            _check_action(action, keymaps)
            keys[action] = tuple(key_called(name) for name in given.value)
            _check_typing(keys[action], is_typed_beside=action in typed_beside)
        except UsageError as error:
            keys.pop(action, None)
            problems.append(f"{given.where}: {error.message}")
    while clash := next(_clashes(keys, keymaps), None):
        action, key, other = clash
        problems.append(f"{wanted[action].where}: `{key_name(key)}` is a key of `{other}` too")
        del keys[action]
    return keys, problems


def key_called(name: str) -> str:
    """The key of this name, in Textual's names: `question_mark` for `?`; raises `UsageError`."""
    *modifiers, last = name.split("+") if len(name) > 1 and not name.endswith("+") else [name]
    last = _name(last)
    if len(last) == 1 and "shift" in modifiers:  # a terminal sends the capital letter
        last = last.upper()
        modifiers.remove("shift")
    key = "+".join((*modifiers, last.lower() if modifiers else last))
    key = KEYS_BY_NAME.get(key, key)
    if reason := _TAKEN.get(key):
        raise UsageError(f"`{name}` cannot have another meaning: {reason}")
    if key not in _KNOWN and not (_MODIFIERS.issuperset(modifiers) and last.lower() in _KNOWN):
        raise UsageError(f"`{display(name, limit=60)}` is not a key")
    return key


def _name(text: str) -> str:
    """Textual's name of a key without modifiers."""
    if len(text) == 1 and not text.isalnum():
        text = unicodedata.name(text, text).lower().replace("-", "_").replace(" ", "_")
    return KEYS_BY_NAME.get(text, KEY_NAME_REPLACEMENTS.get(text, text))


_TYPED = frozenset(map(_name, string.ascii_letters + string.digits + string.punctuation + " "))
"""The keys that put a character into a line of text."""
_KNOWN = _TYPED | {key.value for key in TextualKeys}


def _check_action(action: str, keymaps: Sequence[Keymap]) -> None:
    actions = {entry.action for keymap in keymaps for entry in keymap.all}
    if action not in actions:
        near = get_close_matches(action, actions, n=1)
        more = f"; did you mean `{near[0]}`?" if near else ""
        raise UsageError(f"there is no action `{display(action, limit=60)}`{more}")


def _check_typing(keys: tuple[str, ...], *, is_typed_beside: bool) -> None:
    """Refuse a letter for an action that also works while the user types a text."""
    typed = next((key for key in keys if key in _TYPED), None)
    if typed and is_typed_beside:
        raise UsageError(f"`{key_name(typed)}` can be typed into a text, where this action has to work too")


def _clashes(keys: Keys, keymaps: Sequence[Keymap]) -> Iterator[tuple[str, str, str]]:
    """Each action with a new key that another action has too: the action, the key, and the other action."""
    others = [(entry.action, key) for keymap in keymaps for entry in keymap.rebound(keys).all for key in entry.keys]
    for action, own in keys.items():
        for other, key in others:
            if other != action and key in own and _meet(action, other, keymaps):
                yield action, key, other


def _meet(action: str, other: str, keymaps: Sequence[Keymap]) -> bool:
    """Whether there is a screen with both actions."""
    return any({action, other} <= {entry.action for entry in keymap.all} for keymap in keymaps)
