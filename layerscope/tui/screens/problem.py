"""What to show where the image cannot be opened: the error, the hint, and the ways on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen

from layerscope.tui.lines.fields import paragraph
from layerscope.tui.lines.spans import Span, safe
from layerscope.tui.widgets.details_pane import DetailsPane

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from layerscope.errors import LayerscopeError
    from layerscope.tui.lines.spans import Line


class ProblemScreen(ModalScreen[bool]):
    """Asks whether to try again (True) or to quit (False)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,enter", "dismiss(True)", "retry"),
        Binding("q,escape", "dismiss(False)", "quit"),
    ]

    def __init__(self, error: LayerscopeError) -> None:
        super().__init__()
        self._error = error

    def compose(self) -> ComposeResult:
        """The panel."""
        yield DetailsPane(id="problem")

    def on_mount(self) -> None:
        """Fill it."""
        panel = self.query_one("#problem", DetailsPane)
        panel.show("The image cannot be opened", self._lines, keep_place=False)
        panel.border_subtitle = Content("r retry · q quit")
        panel.focus()

    def _lines(self, width: int) -> list[Line]:
        lines = paragraph(safe(self._error.message), width, "value", indent=0)
        if self._error.hint:
            lines += [(), *paragraph(f"hint: {safe(self._error.hint)}", width, "label", indent=6)]
        return [*lines, (), (Span("r", "key"), Span(" retry   ", "label"), Span("q", "key"), Span(" quit", "label"))]
