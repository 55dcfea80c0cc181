"""What a pane of an image is, and what it may ask of the screen around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from textual.app import App
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from layerscope.tui.jobs import LatestWorker, Request, Result
from layerscope.tui.keymap import Key
from layerscope.tui.lines.spans import Line
from layerscope.tui.rows.browser import Browser
from layerscope.tui.state.changed import Changed
from layerscope.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from layerscope.loading import Cancellation
    from layerscope.tui.rows.target import Target

Details = tuple[str, Callable[[int], list[Line]]]
"""A title, and a function that makes the lines for a width."""

GRACE = 1.0
"""Seconds that a reader gets to notice that it was stopped."""


class KeyGroup:
    """A part of the screen, which is updated when what it `follows` changes: a pane, a job, a bar."""

    follows: ClassVar[Changed] = Changed(0)

    def update(self, what: Changed) -> None:
        """Something that it follows has changed."""

    def step_back(self) -> bool:
        """Undo the last thing that narrows the view; returns whether there was one."""
        return False

    def start(self) -> None:
        """Begin: the screen is shown."""

    def cancel(self) -> None:
        """Give up what is at work, and keep what there is of it."""

    def stop(self, grace: float = GRACE) -> None:
        """End: the image is left; a reader gets `grace` seconds to notice."""


class Job(LatestWorker[Request, Result], KeyGroup):
    """Background work of a pane: a thread answers requests, and `take` puts the answers into the state."""

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer.post_message)
        self.explorer = explorer


class Cancellable(KeyGroup):
    """Work that can be cancelled, by the user or at the end; it stands before `Job` among the bases of a job."""

    _cancellation: Cancellation | None = None

    def new_cancellation(self) -> Cancellation:
        """The cancellation of the work that begins now."""
        from layerscope.loading import Cancellation  # noqa: PLC0415 - numpy and httpx load after the first frame

        self._cancellation = Cancellation()
        return self._cancellation

    def cancel(self) -> None:
        """Give up the work; the loader keeps the layers that are read."""
        if self._cancellation:
            self._cancellation.cancel()

    def stop(self, grace: float = GRACE) -> None:
        """Give up the work, and end."""
        self.cancel()
        super().stop(grace)


class Pane(KeyGroup, LineView):
    """A pane: a subclass says its name and keys, and which other parts belong to it."""

    NAME: ClassVar[str]
    KEYS: ClassVar[Sequence[Key]] = ()
    PARTS: ClassVar[Sequence[Callable[[Explorer], KeyGroup]]] = ()
    on_right: ClassVar[bool] = False
    is_called_by_keys: ClassVar[bool] = False
    """Whether its keys bring it to the screen, so that they mean something while it is hidden."""
    has_details: ClassVar[bool] = True
    """Whether the details can be about its row."""

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(id=self.NAME)
        self.explorer = explorer

    @property
    def is_shown(self) -> bool:
        """Whether it is shown, rather than another pane in its place."""
        return True

    @property
    def target(self) -> Target | None:
        """The version of a path that its cursor is on; None if there is none."""
        return None

    @property
    def command(self) -> str | None:
        """The command line that prints what it shows; None if there is none."""
        return None

    def describe(self) -> Details:
        """The details of the row under its cursor."""
        raise NotImplementedError

    def sort_by(self, head: str) -> bool:  # noqa: ARG002 - it is for those that can be sorted
        """Sort by the column with this head; returns whether that is possible."""
        return False

    def cursor_moved(self) -> None:
        """The user has put its cursor on another row."""


Kind = TypeVar("Kind", bound=KeyGroup)


class Explorer(Protocol):
    """The screen of an image, as its panes see it: none of them knows another."""

    browser: Browser
    pane: Pane
    """The pane that has the focus."""
    subject: Pane
    """The pane whose row the details describe."""
    panes: dict[str, Pane]
    """All panes by name, in the order of reading."""

    @property
    def main(self) -> Pane:
        """The pane to the right."""

    @property
    def app(self) -> App[object]:
        """The program."""

    @property
    def covers_details(self) -> bool:
        """Whether the details are only shown while they have the focus."""

    def part(self, kind: type[Kind]) -> Kind:
        """The part of this kind."""

    def cancel(self) -> None:
        """Give up what is at work."""

    def changed(self, what: Changed) -> None:
        """Draw what has changed, and update all parts that follow it."""

    def go_to(self, name: str) -> None:
        """Give the focus to a pane; the details follow it."""

    def go_to_path(self, path: bytes, layer: int) -> None:
        """Show a path as a layer left it."""

    def do_in(self, pane: str, action: str) -> Awaitable[None] | None:
        """Do what an action means in another pane."""

    def has_no_meaning(self, name: str) -> None:
        """A key, or an action, means nothing in what is shown."""

    def jump_to_path(self, path: bytes) -> None:
        """Put the cursor of the tree on a path, wherever it is."""

    async def list_found(self, query: str) -> None:
        """List the files of the whole image that a query finds."""

    def show_listing(self, name: str | None) -> None:
        """Show a listing to the right; with None, the tree."""

    async def show_bar(self, bar: Widget) -> None:
        """Put a bar above the footer."""

    def post_message(self, message: Message) -> bool:
        """Send a message, from any thread."""

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        """Call a function at an interval in seconds."""
