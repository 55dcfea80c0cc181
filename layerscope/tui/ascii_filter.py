"""The last filter before the terminal: if the locale has only ASCII, everything is painted in ASCII."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from layerscope.tui.lines.glyphs import in_ascii


class AsciiFilter(LineFilter):
    """Paints the same in ASCII, cell for cell: our own lines, and Textual's borders, scrollbars and palette."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The segments with ASCII substitutes."""
        return [Segment(in_ascii(text), style, control) for text, style, control in segments]
