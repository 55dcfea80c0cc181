"""Ask for one line of text, or for a yes."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from layerscope.tui.lines.fields import paragraph
from layerscope.tui.widgets.latest_size import LatestSize
from layerscope.tui.widgets.text_line import TextLine
from layerscope.tui.widgets.text_view import TextView


class AskScreen(LatestSize, ModalScreen[str | None]):
    """A question and the line to answer it; returns None if the user gives up. The texts are safe for the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", "answer", priority=True),
        Binding("escape", "dismiss(None)", "close", priority=True),
    ]

    def __init__(self, title: str, question: str, answer: str) -> None:
        super().__init__()
        self._title, self._question, self._answer = title, question, answer

    def compose(self) -> ComposeResult:
        """The question above, the answer below."""
        with Vertical(id="ask") as panel:
            panel.border_title = Content(self._title)
            panel.border_subtitle = Content("enter confirms · esc closes")
            yield TextView(id="question")
            yield TextLine(self._answer)

    def on_mount(self) -> None:
        """Wait for the answer."""
        question = self.query_one("#question", TextView)
        question.can_focus = False
        question.show("", lambda width: paragraph(self._question, width, "value", indent=0), keep_scroll=False)
        self.query_one(TextLine).take_focus()

    def action_answer(self) -> None:
        """Give the answer."""
        self.dismiss(self.query_one(TextLine).value.strip() or None)


class ConfirmScreen(LatestSize, ModalScreen[bool]):
    """A question that is answered with yes or no; its texts are safe for the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "yes", priority=True),
        Binding("n,escape", "dismiss(False)", "no", priority=True),
    ]

    def __init__(self, title: str, question: str) -> None:
        super().__init__()
        self._title, self._question = title, question

    def compose(self) -> ComposeResult:
        """The question."""
        yield TextView(id="confirm")

    def on_mount(self) -> None:
        """Show the question, and wait for a key."""
        panel = self.query_one(TextView)
        panel.show(self._title, lambda width: paragraph(self._question, width, "value", indent=0), keep_scroll=False)
        panel.set_subtitle("y yes · n no")
        panel.focus()
