"""Bars of one line: with text, and with the line that a pattern is typed in."""

from collections.abc import Callable
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.strip import Strip

from layerscope.tui.lines.spans import Line, crop, line_width
from layerscope.tui.widgets.styled import Styled
from layerscope.tui.widgets.text_line import TextLine

Lines = Callable[[int], Line]
"""Makes a line for a width."""


class Bar(Styled):
    """Draws the line that a function makes for its width; a click on a span with `@action` runs it."""

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


class Listener(Protocol):
    """What follows the text of the bar."""

    def edit(self, text: str) -> None:
        """The text has changed."""

    def enter(self) -> None:
        """Enter was pressed; the bar has lost the focus."""

    def leave(self, *, kept: bool) -> None:
        """The bar was left; keep the matches, or give up the search."""


class FindBar(Vertical):
    """Reports every change of its text at once, and how the user left it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "give up", priority=True),
        Binding("down", "leave(True)", "keep", priority=True),
        Binding("enter", "enter", "keep", priority=True),
    ]

    def __init__(self, listener: Listener, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._listener = listener
        self._is_clearing = False
        self._prompt, self._status = Bar(id="find-prompt"), Bar(id="find-status")
        self._problem = Bar(id="find-problem")
        self._problem.display = False
        self._line = TextLine()

    def compose(self) -> ComposeResult:
        """The kind of the pattern, its text, and the number of matches; below, what is wrong with the text."""
        with Horizontal():
            yield self._prompt
            yield self._line
            yield self._status
        yield self._problem

    def on_mount(self) -> None:
        """Follow the text."""
        self.watch(self._line, "value", self._report, init=False)

    @property
    def text(self) -> str:
        """The text in the bar."""
        return self._line.value

    def open(self) -> None:
        """Take the focus; on a screen that is only just opened, once the line is there."""
        if self._line.is_attached:
            self._line.take_focus()
        else:
            self.call_after_refresh(self.open)

    def enter(self, text: str) -> None:
        """Do what happens if the user types a text and enter."""
        self._line.value = text
        self.action_enter()

    def show(self, prompt: Lines, status: Lines, hint: str, problem: Lines) -> None:
        """Draw the kind, the status and the problem of the search; the hint is shown while the line is empty."""
        self._line.placeholder = hint
        self._prompt.show(prompt)
        self._status.show(status)
        self._problem.show(problem)
        self._problem.display = bool(problem(self._problem.container_size.width or 1))

    def clear(self) -> None:
        """Forget the text."""
        self._is_clearing = True
        self._line.value = ""
        self._is_clearing = False

    def action_leave(self, kept: bool) -> None:  # noqa: FBT001 - an action's argument comes by position
        """Go back to the files; a key that is typed ahead is meant for them."""
        self.screen.set_focus(None)
        self._listener.leave(kept=kept)

    def action_enter(self) -> None:
        """Go back to the files, as above."""
        self.screen.set_focus(None)
        self._listener.enter()

    def _report(self, text: str) -> None:
        if not self._is_clearing:
            self._listener.edit(text)
