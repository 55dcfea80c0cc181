"""Full screens: the help, made from the keymap, and the error if an image cannot be opened."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from layerscope.errors import LayerscopeError
from layerscope.tui.keymap import Keymap
from layerscope.tui.lines.help_lines import help_lines
from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.spans import Line, Span
from layerscope.tui.messages import ParentWanted
from layerscope.tui.widgets.latest_size import LatestSize
from layerscope.tui.widgets.text_line import TextLine
from layerscope.tui.widgets.text_view import TextView


class ProblemScreen(LatestSize, ModalScreen[str]):
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


class HelpScreen(LatestSize, ModalScreen[None]):
    """The keys, over another screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter", "close", "close", priority=True),
        Binding("q,question_mark", "close_by_letter", "close", priority=True),
        Binding("slash,f", "find", "find", priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
        Binding("k", "move_by_letter(-1)", show=False, priority=True),
        Binding("j", "move_by_letter(1)", show=False, priority=True),
        Binding("u", "turn_by_letter(-1)", show=False, priority=True),
        Binding("d,space", "turn_by_letter(1)", show=False, priority=True),
    ]

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._entries = keymap.entries
        self._line = TextLine(placeholder="part of an action or a key")

    def compose(self) -> ComposeResult:
        """The panel, and the line to search it."""
        yield TextView(id="help")
        self._line.display = False
        self._line.id = "help-find"
        yield self._line

    def on_mount(self) -> None:
        """Show the keys, and take the focus."""
        self._panel.border_subtitle = Content("/ finds · esc closes")
        self._panel.focus()
        self._show("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002 - Textual's signature
        """Letters are text while the user types."""
        return not (self._line.has_focus and (action == "find" or action.endswith("_by_letter")))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show only the actions that have the text."""
        self._show(event.value)

    def action_find(self) -> None:
        """Let the user type what to look for."""
        self._line.display = True
        self._line.take_focus()

    def action_close(self) -> None:
        """End the search; without one, close."""
        if self._line.display:
            self._line.value = ""
            self._line.display = False
            self._panel.focus()
        else:
            self.dismiss()

    def action_close_by_letter(self) -> None:
        """Close."""
        self.dismiss()

    def action_move(self, steps: int) -> None:
        """Scroll the keys."""
        self._panel.move(steps)

    def action_turn(self, pages: int) -> None:
        """Scroll by what fits into the panel."""
        self._panel.move(pages * self._panel.page_height)

    action_move_by_letter, action_turn_by_letter = action_move, action_turn

    @property
    def _panel(self) -> TextView:
        return self.query_one("#help", TextView)

    def _show(self, text: str) -> None:
        found = [entry for entry in self._entries if entry.has(text)]
        self._panel.show("Help", partial(help_lines, found), keep_scroll=False)
