"""`Bar`: one line across the screen."""

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from layerscope.tui.lines.spans import Line, crop, line_width
from layerscope.tui.lines.styles import STYLES


class Bar(Widget):
    """Draws the line that a function makes for its width; a click on a span with `@action` runs it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(STYLES)

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._make: Callable[[int], Line] = lambda _width: ()

    def show(self, make: Callable[[int], Line]) -> None:
        """Draw this line."""
        self._make = make
        self.refresh(layout=self.styles.auto_dimensions)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's signature
        """The width that the line needs, if the width is automatic."""
        return line_width(self._make(container.width))

    def render_line(self, y: int) -> Strip:
        """The strip at a height of the widget."""
        width = self.content_size.width
        if y:
            return Strip.blank(width, self.rich_style)
        segments = []
        for text, style in crop(self._make(width), width):
            name, _, action = style.partition("@")
            look = self.get_visual_style(*name.split()).rich_style
            segments.append(Segment(text, look + Style(meta={"@click": action}) if action else look))
        return Strip(segments).adjust_cell_length(width, self.rich_style)
