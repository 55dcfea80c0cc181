"""The keymap as Textual's bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from layerscope.tui.keymap import KEYMAP

if TYPE_CHECKING:
    from layerscope.tui.keymap import Key


def everywhere() -> list[Binding]:
    """The bindings of the screen."""
    return [_binding(entry, key) for entry in KEYMAP for key in entry.keys]


def in_layers() -> list[Binding]:
    """The bindings of the layers pane, which come before those of the screen."""
    return [_binding(entry, key) for entry in KEYMAP for key in entry.in_layers]


def _binding(entry: Key, key: str) -> Binding:
    """Keys that leave, or change panes, are heard before any widget can take them."""
    first = entry.action in ("next_pane", "previous_pane") or key == "ctrl+c"
    return Binding(key, f"screen.run('{entry.action}')", entry.help, show=False, priority=first)
