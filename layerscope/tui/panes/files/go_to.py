"""Go to a path by a few of its letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from layerscope.filesystem.fuzzy import FuzzyPaths
from layerscope.tui.jobs import LatestWorker
from layerscope.tui.lines.spans import Span, fit, safe
from layerscope.tui.widgets.line_view import LineView
from layerscope.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

    from layerscope.filesystem.table import FileTable
    from layerscope.tui.jobs import Report
    from layerscope.tui.lines.spans import Line
    from layerscope.tui.widgets.line_view import RowChosen

MOST_PATHS = 100


class PathList(LineView, can_focus=False):
    """The paths that fit, best first."""

    paths: tuple[bytes, ...] = ()

    @property
    def line_count(self) -> int:
        """One for each path."""
        return len(self.paths)

    def line(self, row: int, width: int) -> Line:
        """A path, its end in sight."""
        text = "/" + safe(self.paths[row])
        return (Span(fit(text, width), "value"),)


class PathFinder(LatestWorker[str, tuple[str, tuple[bytes, ...]]]):
    """Looks for paths by a few of their letters; without a letter, it makes ready for the first one."""

    name = "paths"

    def __init__(self, table: FileTable, screen: GoToScreen) -> None:
        super().__init__(screen.post_message)
        self._table = table
        self._screen = screen
        self._fuzzy: FuzzyPaths | None = None

    def work(self, request: str) -> tuple[str, tuple[bytes, ...]] | None:
        """These letters, and the paths that they may mean, best first."""
        self._fuzzy = self._fuzzy or FuzzyPaths(self._table.nodes)
        if not request:
            return None
        found = self._fuzzy.best(request.encode("utf-8", "surrogateescape"), MOST_PATHS)
        return request, tuple(self._table.nodes.path(node) for node in found.tolist())

    def take(self, result: tuple[str, tuple[bytes, ...]]) -> None:
        """Show them."""
        self._screen.show_paths(*result)


class GoToScreen(ModalScreen[bytes | None]):
    """Asks for a path of the table; None where the user gives up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", priority=True),
        Binding("enter", "take", "go", priority=True),
        Binding("down,ctrl+n", "move(1)", priority=True, show=False),
        Binding("up", "move(-1)", priority=True, show=False),
        Binding("pagedown", "move(10)", priority=True, show=False),
        Binding("pageup", "move(-10)", priority=True, show=False),
    ]

    def __init__(self, table: FileTable) -> None:
        super().__init__()
        self._list = PathList(id="paths")
        self._worker = PathFinder(table, self)

    def compose(self) -> ComposeResult:
        """Letters above, paths below."""
        with Vertical(id="go-to") as panel:
            panel.border_title = Content("Go to path")
            panel.border_subtitle = Content("enter goes there · esc closes")
            yield TextLine(placeholder="letters of the path")
            yield self._list

    def on_mount(self) -> None:
        """Make ready, and wait for letters."""
        self.query_one(TextLine).take_focus()
        self._worker.start()
        self._worker.ask("")

    def on_unmount(self) -> None:
        """Stop looking."""
        self._worker.stop()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for other letters."""
        if event.value.strip():
            self._worker.ask(event.value)
        else:
            self._show(())

    async def on_report(self, message: Report) -> None:
        """The job has something to say."""
        await message.deliver()

    def show_paths(self, letters: str, paths: tuple[bytes, ...]) -> None:
        """Show what fits, unless other letters are typed by now."""
        if letters == self.query_one(TextLine).value:
            self._show(paths)

    def on_row_chosen(self, message: RowChosen) -> None:
        """A path was clicked twice."""
        self._list.cursor = message.row
        self.action_take()

    def action_move(self, steps: int) -> None:
        """Another path of the list."""
        self._list.move(steps)

    def action_take(self) -> None:
        """Go to the path under the cursor."""
        self.dismiss(self._list.paths[self._list.cursor] if self._list.paths else None)

    def _show(self, paths: tuple[bytes, ...]) -> None:
        self._list.paths = paths
        self._list.lines_changed(0)
