"""Actions by name, so that a key, a click, the palette and a test all do the same.

An action that opens something to type in is awaited, so that no key that is typed ahead goes elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from layerscope.tui.screens.explorer import ExplorerScreen

    Action = Callable[[ExplorerScreen], Awaitable[None] | None]

Function = TypeVar("Function", bound="Action")
ACTIONS: dict[str, Action] = {}


def action(function: Function) -> Function:
    """Make a function the action of its name."""
    ACTIONS[function.__name__] = function
    return function
