"""The line in which the user types a search."""

from collections.abc import Callable
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from layerscope.tui.lines.spans import Line
from layerscope.tui.widgets.bar import Bar
from layerscope.tui.widgets.text_line import TextLine


class Listener(Protocol):
    """What follows the text of the bar."""

    def edit(self, text: str) -> None:
        """The text has changed."""

    def leave(self, *, kept: bool) -> None:
        """The bar was left; keep the matches, or give up the search."""


class FindBar(Horizontal):
    """Reports every change of its text at once, and how the user left it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "give up", priority=True),
        Binding("enter,down", "leave(True)", "keep", priority=True),
    ]

    def __init__(self, listener: Listener) -> None:
        super().__init__(id="find")
        self._listener = listener
        self._is_clearing = False
        self._prompt, self._status = Bar(id="find-prompt"), Bar(id="find-status")
        self._line = TextLine()

    def compose(self) -> ComposeResult:
        """The kind of the pattern, its text, and the number of matches."""
        yield self._prompt
        yield self._line
        yield self._status

    def on_mount(self) -> None:
        """Follow the text."""
        self.watch(self._line, "value", self._report, init=False)

    @property
    def text(self) -> str:
        """The text in the bar."""
        return self._line.value

    def open(self) -> None:
        """Take the focus."""
        self._line.take_focus()

    def show(self, prompt: Callable[[int], Line], status: Callable[[int], Line], hint: str) -> None:
        """Draw the kind and the status of the search; the hint is shown while the line is empty."""
        self._line.placeholder = hint
        self._prompt.show(prompt)
        self._status.show(status)

    def clear(self) -> None:
        """Forget the text."""
        self._is_clearing = True
        self._line.value = ""
        self._is_clearing = False

    def action_leave(self, kept: bool) -> None:  # noqa: FBT001 - an action's argument comes by position
        """Go back to the files; a key that is typed ahead is meant for them."""
        self.screen.set_focus(None)
        self._listener.leave(kept=kept)

    def _report(self, text: str) -> None:
        if not self._is_clearing:
            self._listener.edit(text)
