"""The help, made from the keymap."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from layerscope.tui.keymap import Keymap
from layerscope.tui.lines.help_lines import help_lines
from layerscope.tui.widgets.text_view import TextView


class HelpScreen(ModalScreen[None]):
    """The keys, over another screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "close", priority=True),
        Binding("up,k", "move(-1)", show=False, priority=True),
        Binding("down,j", "move(1)", show=False, priority=True),
        Binding("pageup,u", "move(-10)", show=False, priority=True),
        Binding("pagedown,d,space", "move(10)", show=False, priority=True),
    ]

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._make = partial(help_lines, keymap.entries)

    def compose(self) -> ComposeResult:
        """The panel."""
        yield TextView(id="help")

    def on_mount(self) -> None:
        """Show the keys, and take the focus."""
        panel = self.query_one("#help", TextView)
        panel.show("Help", self._make, keep_scroll=False)
        panel.border_subtitle = Content("esc closes")
        panel.focus()

    def action_move(self, steps: int) -> None:
        """Scroll the keys."""
        self.query_one("#help", TextView).move(steps)
