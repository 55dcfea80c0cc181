"""The border between left and right, to be dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events


NARROWEST = 20
"""Columns that are left on either side."""


class Splitter(Widget):
    """One empty column; where it is dragged, the widget to its left ends."""

    def __init__(self, left: Widget, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._left = left

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - every line is the same
        """Nothing: the stylesheet colours it."""
        return Strip.blank(self.size.width, self.rich_style)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take the mouse until it is let go."""
        self.capture_mouse()
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        if self.app.mouse_captured is self:
            self._left.styles.width = max(NARROWEST, min(event.screen_x, self.screen.size.width - NARROWEST))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the mouse go."""
        self.release_mouse()
        event.stop()
