"""The border between left and right, to be dragged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events


@dataclass
class SplitterDragged(Message):
    """The border between the panes was dragged to this column of the screen."""

    column: int

    def can_replace(self, message: Message) -> bool:
        """Whether this makes an older message of the queue pointless."""
        return isinstance(message, SplitterDragged)


class Splitter(Widget):
    """One empty column that tells where it is dragged."""

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - every line is the same
        """Nothing: the stylesheet colours it."""
        return Strip.blank(self.size.width, self.rich_style)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take the mouse until it is let go."""
        self.capture_mouse()
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell where it is."""
        if self.app.mouse_captured is self:
            self.post_message(SplitterDragged(event.screen_x))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the mouse go."""
        self.release_mouse()
        event.stop()
