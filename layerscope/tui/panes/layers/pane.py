"""The layers pane: every step of the history, with the layer that it made."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from layerscope.tui.bindings import in_layers
from layerscope.tui.lines.layer_lines import LayerLine, layer_heading, layer_line
from layerscope.tui.widgets.line_view import LineView, changed_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from layerscope.tui.lines.spans import Line


class LayersPane(LineView):
    """Draws the steps it is given."""

    BINDINGS: ClassVar[list[BindingType]] = list(in_layers())

    def __init__(self) -> None:
        super().__init__(id="layers")
        self._lines: Sequence[LayerLine] = ()
        self.set_title("Layers")

    @property
    def line_count(self) -> int:
        """One for each step."""
        return len(self._lines)

    def show(self, lines: Sequence[LayerLine], cursor: int) -> None:
        """Draw these steps."""
        changed = changed_rows(self._lines, lines)
        self._lines = lines
        self.lines_changed(cursor, changed)

    def heading(self, width: int) -> Line:
        """The heads of the columns."""
        return layer_heading(width)

    def line(self, row: int, width: int) -> Line:
        """One step."""
        return layer_line(self._lines[row], width)
