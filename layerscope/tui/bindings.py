"""The keymap as Textual's bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from layerscope.tui.keymap import KEYMAP, LIST_KEYMAP

if TYPE_CHECKING:
    from layerscope.tui.keymap import Key

WHILE_TYPING = ("next_pane", "previous_pane", "regex")
"""The actions whose keys mean nothing else in a line of text."""


def everywhere() -> list[Binding]:
    """The bindings of the screen."""
    return [_binding(entry, key) for entry in KEYMAP for key in entry.keys]


def in_layers() -> list[Binding]:
    """The bindings of the layers pane, which come before those of the screen."""
    return [_binding(entry, key) for entry in KEYMAP for key in entry.in_layers]


def in_lists() -> list[Binding]:
    """The bindings of the lists of a registry."""
    return [_binding(entry, key) for entry in LIST_KEYMAP for key in entry.keys]


def _binding(entry: Key, key: str) -> Binding:
    """Keys are heard in the order they are typed: before the pane that has the focus, which may be another by then.

    Only those that mean something else in the layers pane go there first.
    """
    first = not any(key in other.in_layers for other in KEYMAP)
    return Binding(key, f"screen.run('{entry.action}')", entry.help, show=False, priority=first)
