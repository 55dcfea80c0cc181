"""Go to a path by a few of its letters."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from layerscope.filesystem.path_search import FuzzyPaths
from layerscope.filesystem.stack import Stack
from layerscope.tui.jobs import LatestWorker, Report
from layerscope.tui.lines.spans import Line, Span, fit, safe
from layerscope.tui.widgets.latest_size import LatestSize
from layerscope.tui.widgets.line_view import LineView, RowChosen
from layerscope.tui.widgets.text_line import TextLine

MOST_PATHS = 100


class PathList(LineView, can_focus=False):
    """The paths that fit, best first."""

    paths: tuple[bytes, ...] = ()

    @property
    def line_count(self) -> int:
        """One line per path."""
        return len(self.paths)

    def line(self, row: int, width: int) -> Line:
        """The path of a row."""
        text = "/" + safe(self.paths[row])
        return (Span(fit(text, width), "value"),)


class PathFinder(LatestWorker[str, tuple[str, tuple[bytes, ...]]]):
    """Looks for paths by a few of their letters; without a letter, it prepares for the first one."""

    name = "paths"

    def __init__(self, stack: Stack, screen: GoToScreen) -> None:
        super().__init__(screen.post_message)
        self._stack = stack
        self._screen = screen
        self._fuzzy: FuzzyPaths | None = None

    def work(self, request: str) -> tuple[str, tuple[bytes, ...]] | None:
        """The letters, and the paths that fit, best first."""
        self._fuzzy = self._fuzzy or FuzzyPaths(self._stack.nodes)
        if not request:
            return None
        found = self._fuzzy.best(request.encode("utf-8", "surrogateescape"), MOST_PATHS)
        return request, tuple(self._stack.nodes.path(node) for node in found.tolist())

    def take(self, result: tuple[str, tuple[bytes, ...]]) -> None:
        """Show the paths."""
        self._screen.show_paths(*result)


class GoToScreen(LatestSize, ModalScreen[bytes | None]):
    """Asks for a path of the stack; returns None if the user gives up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", priority=True),
        Binding("enter", "take", "go", priority=True),
        Binding("down,ctrl+n", "move(1)", priority=True, show=False),
        Binding("up", "move(-1)", priority=True, show=False),
        Binding("pagedown", "move(10)", priority=True, show=False),
        Binding("pageup", "move(-10)", priority=True, show=False),
    ]

    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self._list = PathList(id="paths")
        self._worker = PathFinder(stack, self)

    def compose(self) -> ComposeResult:
        """Letters above, paths below."""
        with Vertical(id="go-to") as panel:
            panel.border_title = Content("Go to path")
            panel.border_subtitle = Content("enter goes there · esc closes")
            yield TextLine(placeholder="letters of the path")
            yield self._list

    def on_mount(self) -> None:
        """Prepare, and wait for letters."""
        self.query_one(TextLine).take_focus()
        self._worker.start()
        self._worker.ask("")

    def on_unmount(self) -> None:
        """Stop looking."""
        self._worker.stop()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for these letters."""
        if event.value.strip():
            self._worker.ask(event.value)
        else:
            self._show(())

    async def on_report(self, message: Report) -> None:
        """Deliver a report of the job."""
        await message.deliver()

    def show_paths(self, letters: str, paths: tuple[bytes, ...]) -> None:
        """Show what fits, unless the letters have changed."""
        if letters == self.query_one(TextLine).value:
            self._show(paths)

    def on_row_chosen(self, message: RowChosen) -> None:
        """Go to a path that was clicked twice."""
        self._list.cursor = message.row
        self.action_take()

    def action_move(self, steps: int) -> None:
        """Move the cursor in the list."""
        self._list.move(steps)

    def action_take(self) -> None:
        """Go to the path under the cursor."""
        self.dismiss(self._list.paths[self._list.cursor] if self._list.paths else None)

    def _show(self, paths: tuple[bytes, ...]) -> None:
        self._list.paths = paths
        self._list.lines_changed(0)
