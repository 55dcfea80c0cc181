"""The border between left and right, which the mouse can drag."""

from textual import events
from textual.strip import Strip
from textual.widget import Widget

NARROWEST = 20
"""Columns that are left on either side."""


class Splitter(Widget):
    """One empty column; dragging it resizes the widget to its left."""

    def __init__(self, left: Widget, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._left = left

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - every line is the same
        """A blank: the stylesheet colours it."""
        return Strip.blank(self.size.width, self.rich_style)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Capture the mouse until its button is released."""
        self.capture_mouse()
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        if self.app.mouse_captured is self:
            self._left.styles.width = max(NARROWEST, min(event.screen_x, self.screen.size.width - NARROWEST))

    def fit(self, width: int) -> None:
        """The screen has another width: keep what was dragged only if both sides still have room."""
        dragged = self._left.styles.inline.width
        if dragged is not None and (self.size.width == 0 or dragged.value > width - NARROWEST):
            self._left.styles.inline.clear_rule("width")
            self._left.refresh(layout=True)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Release the mouse."""
        self.release_mouse()
        event.stop()
