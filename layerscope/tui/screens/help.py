"""The help, made from the keymap."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen

from layerscope.tui.lines.help_lines import help_lines, list_help_lines
from layerscope.tui.widgets.text_view import DetailsPane

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class HelpScreen(ModalScreen[None]):
    """The keys over the explorer, until any of the ways out is taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "close", priority=True),
        Binding("up,k", "move(-1)", show=False, priority=True),
        Binding("down,j", "move(1)", show=False, priority=True),
        Binding("pageup,u", "move(-10)", show=False, priority=True),
        Binding("pagedown,d,space", "move(10)", show=False, priority=True),
    ]

    def __init__(self, *, of_lists: bool = False) -> None:
        super().__init__()
        self._make = list_help_lines if of_lists else help_lines

    def compose(self) -> ComposeResult:
        """The panel."""
        yield DetailsPane(id="help")

    def on_mount(self) -> None:
        """Fill it."""
        panel = self.query_one("#help", DetailsPane)
        panel.show("Help", self._make, keep_place=False)
        panel.border_subtitle = Content("esc closes")
        panel.focus()

    def action_move(self, steps: int) -> None:
        """Scroll."""
        self.query_one("#help", DetailsPane).move(steps)
