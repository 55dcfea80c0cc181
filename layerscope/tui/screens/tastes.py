"""What the explorer makes of the settings."""

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import TypeVar

from textual.theme import BUILTIN_THEMES

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.settings.parsing import Given, Settings
from layerscope.tui.keymap import Keys
from layerscope.tui.screens.rebinding import Wanted, rebind
from layerscope.tui.state.taste import Taste
from layerscope.tui.state.view_state import ALL_COLUMNS, Column, Sort
from layerscope.tui.themes import OWN_THEMES

Value = TypeVar("Value")
Result = TypeVar("Result")
Choice = TypeVar("Choice", bound=Enum)


def taste_of(settings: Settings, keep_theme: Callable[[str], None] | None = None) -> Taste:
    """The settings that can be followed. What cannot is as if it were not set, and a problem says why."""
    problems = list(settings.problems)
    theme = _follow(settings.theme, _theme, "", problems)
    sort = _follow(settings.sort, partial(_choice, Sort, "order"), Sort.NAME, problems)
    columns = _follow(settings.columns, _columns, ALL_COLUMNS, problems)
    keys = _keys(settings.keys, problems) if settings.keys else {}
    return Taste(theme, sort, columns, keys, tuple(problems), keep_theme)


def _follow(given: Given[Value] | None, read: Callable[[Value], Result], usual: Result, problems: list[str]) -> Result:
    if given is None:
        return usual
    try:
        return read(given.value)
    except UsageError as error:
        problems.append(f"{given.where}: {error.message}")
        return usual


def _theme(name: str) -> str:
    if name not in {*BUILTIN_THEMES, *(theme.name for theme in OWN_THEMES)}:
        raise UsageError(f"there is no theme `{display(name, limit=60)}`")
    return name


def _columns(names: tuple[str, ...]) -> frozenset[Column]:
    return frozenset(_choice(Column, "column", name) for name in names)


def _choice(kinds: type[Choice], noun: str, name: str) -> Choice:
    try:
        return kinds(name)
    except ValueError:
        known = ", ".join(f"`{kind.value}`" for kind in kinds)
        raise UsageError(f"there is no {noun} `{display(name, limit=60)}`, only {known}") from None


def _keys(wanted: Wanted, problems: list[str]) -> Keys:
    from layerscope.tui.screens import explorer, names  # noqa: PLC0415 - few users want other keys

    keys, wrong = rebind(wanted, (explorer.KEYMAP, names.KEYMAP))
    problems += wrong
    return keys
