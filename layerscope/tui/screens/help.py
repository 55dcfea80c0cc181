"""Full screens: the help, made from the keymap, and the error if an image cannot be opened."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from layerscope.errors import LayerscopeError
from layerscope.tui.keymap import Keymap
from layerscope.tui.lines.help_lines import help_lines
from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.spans import Line, Span
from layerscope.tui.messages import ParentWanted
from layerscope.tui.widgets.text_view import TextView


class ProblemScreen(ModalScreen[str]):
    """Asks what to do: `retry`, `back` or `quit`; `back` is offered only if the user came from somewhere.

    The tags of the repository, if the image has one, are another location: the question stays while the user is there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,enter", "take('retry')", "retry", priority=True),
        Binding("escape", "take('back')", "back", priority=True),
        Binding("backspace,t", "tags", "tags", priority=True),
        Binding("q", "take('quit')", "quit", priority=True),
    ]

    def __init__(self, error: LayerscopeError, *, can_go_back: bool = False, has_tags: bool = False) -> None:
        super().__init__()
        self._error = error
        self._can_go_back = can_go_back
        self._has_tags = has_tags

    def compose(self) -> ComposeResult:
        """The panel."""
        yield TextView(id="problem")

    def on_mount(self) -> None:
        """Show the problem, and take the focus."""
        panel = self.query_one("#problem", TextView)
        panel.show("The image cannot be opened", self._lines, keep_scroll=False)
        panel.border_subtitle = Content(" · ".join(f"{key} {word}" for key, word in self._keys))
        panel.focus()

    def action_take(self, way: str) -> None:
        """Answer with an action; `back` quits if there is nothing to go back to."""
        self.dismiss("quit" if way == "back" and not self._can_go_back else way)

    def action_tags(self) -> None:
        """Go to the tags; if the image has none, do the same as escape."""
        if self._has_tags:
            self.post_message(ParentWanted())
        else:
            self.action_take("back")

    @property
    def _keys(self) -> list[tuple[str, str]]:
        back = [("esc", "back")] if self._can_go_back else []
        tags = [("t", "tags")] if self._has_tags else []
        return [("r", "retry"), *tags, *back, ("q", "quit")]

    def _lines(self, width: int) -> list[Line]:
        keys = (span for key, word in self._keys for span in (Span(key, "key"), Span(f" {word}   ", "label")))
        return [*problem_lines(self._error, width), (), tuple(keys)]


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
