"""`explore`: open an image in the explorer, and stay until the user leaves."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding

from layerscope.display import display
from layerscope.tui.crew import Crew
from layerscope.tui.finder import FindWish
from layerscope.tui.keymap import KEYMAP, key_name
from layerscope.tui.lister import ListWish
from layerscope.tui.merger import MergeWish
from layerscope.tui.screens.explorer import ExplorerScreen
from layerscope.tui.screens.problem import ProblemScreen
from layerscope.tui.themes import DARK, LIGHT
from layerscope.tui.view.browser import Browser
from layerscope.tui.view.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.binding import BindingType
    from textual.notifications import SeverityLevel
    from textual.screen import Screen

    from layerscope.oci.platform import Platform
    from layerscope.sources.source import ImageSource
    from layerscope.tui.messages import (
        ImageArrived,
        LayerArrived,
        LayerProgressed,
        ListingDone,
        LoadFailed,
        Saved,
        SaveWanted,
        SearchDone,
        TableMerged,
        WorkerCrashed,
    )

TROUBLE = 2
PROGRESS_PERIOD = 0.1
"""Seconds from one drawing of the progress to the next; chunks arrive far more often."""


def explore(open_image: Callable[[], ImageSource], platform: Platform | None, name: str) -> int:
    """Show the image until the user leaves; the exit code.

    `open_image` is called in a worker, so that the screen is there before the source; `name` is shown until the
    image is known, and need not be safe. An error that nobody foresaw is raised once the terminal is as it was.
    """
    app = ExplorerApp(open_image, platform, name)
    try:
        code = app.run()
    finally:
        app.crew.stop()
    if app.crash is not None:
        raise app.crash
    return code if code is not None else 0


class ExplorerApp(App[int]):
    """Gives the crew its wishes and keeps what it brings in the session; the screen draws it."""

    CSS_PATH = Path(__file__).with_name("explorer.tcss")
    TITLE = "layerscope"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "exit", show=False, priority=True)]

    def __init__(self, open_image: Callable[[], ImageSource], platform: Platform | None, name: str) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self.crash: Exception | None = None
        self.session = Session(display(name))
        self.browser = Browser(self.session)
        self.explorer = ExplorerScreen(self.browser)
        self.crew = Crew(open_image, platform, self.post_message)
        self._progressed = False

    def on_mount(self) -> None:
        """Show the screen, then begin to read."""
        if not self.is_headless:
            self._watch_signals()
        self.push_screen(self.explorer)
        self.set_interval(PROGRESS_PERIOD, self._draw_progress)
        self.call_after_refresh(self.crew.start)

    def on_image_arrived(self, message: ImageArrived) -> None:
        """Layers and history can be shown."""
        self.session.image = message.image
        self.session.name = message.image.reference or self.session.name
        self.browser.image_known()
        self.explorer.draw.all()
        if not message.image.layers:
            self.crew.merger.ask(MergeWish(()))

    def on_layer_progressed(self, message: LayerProgressed) -> None:
        """Some more of a layer has come."""
        self.session.received[message.number] = message.received_size
        self._progressed = True

    def on_layer_arrived(self, message: LayerArrived) -> None:
        """A layer is read: it can be merged with those that are there."""
        self.session.contents[message.number] = message.content
        contents = map(self.session.contents.get, range(self.session.layer_count))
        self.crew.merger.ask(MergeWish(tuple(content.index if content else None for content in contents)))
        self.explorer.draw.all()

    def on_table_merged(self, message: TableMerged) -> None:
        """The tree has grown."""
        self.session.take(message.table, message.layer_count, message.accounting, message.change_counts)
        self.browser.table_changed()
        self.explorer.draw.all()
        self.on_search_wanted()
        self.on_listing_wanted()

    def on_load_failed(self, message: LoadFailed) -> None:
        """Say why, and ask what to do."""
        self.session.problem = message.error
        self.explorer.draw.all()
        self.push_screen(ProblemScreen(message.error), self._after_problem)

    def on_retry_wanted(self) -> None:
        """Begin again, where reading has failed or was stopped."""
        session = self.session
        if session.image is not None and session.unread and not session.is_reading:
            session.stopped = False
            self.crew.loader.read(session.forget_unread())
        elif session.image is None and (session.problem or session.stopped):
            session.problem, session.stopped = None, False
            self.crew.loader.load()
        self.explorer.draw.all()

    def on_stop_wanted(self) -> None:
        """Stop reading, and keep what is there."""
        self.crew.loader.stop()

    def on_load_stopped(self) -> None:
        """Reading has stopped."""
        self.session.stopped = True
        self.explorer.draw.all()

    def on_search_wanted(self) -> None:
        """Look for it, in whatever is merged so far."""
        search, table = self.browser.state.search, self.session.table
        if search is not None and table is not None and not search.problem:
            self.crew.finder.ask(FindWish(table, search))

    def on_search_done(self, message: SearchDone) -> None:
        """Show what was found, unless the user looks for something else by now."""
        if message.search == self.browser.state.search:
            self.browser.found(message.table, message.search, message.matches)
            self.explorer.finding.show()

    def on_listing_wanted(self) -> None:
        """Make the listing, once everything is read."""
        if self.browser.state.listing and self.session.accounting and self.browser.listing is None:
            self.crew.lister.ask(ListWish(self.session, self.browser.state.listing))

    def on_listing_done(self, message: ListingDone) -> None:
        """Show the listing."""
        if message.table is self.session.table:
            self.session.listings[message.listing.name] = message.listing
            self.explorer.draw.listing()
            self.explorer.draw.details()

    def on_save_wanted(self, message: SaveWanted) -> None:
        """Write a part of the image to disk."""
        wish = self.crew.loader.save_wish(self.session, message)
        if wish is not None:
            self.crew.saver.ask(wish)
            self.notify("saving", markup=False, timeout=1)

    def on_saved(self, message: Saved) -> None:
        """Say what came of it."""
        severity: SeverityLevel = "error" if message.failed else "information"
        self.notify(message.text, markup=False, severity=severity, timeout=8)

    def on_worker_crashed(self, message: WorkerCrashed) -> None:
        """End as for an error of the explorer itself."""
        raise message.error

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the keymap, for the command palette."""
        if screen is self.explorer:
            for entry in KEYMAP:
                name = entry.help[0].upper() + entry.help[1:]
                keys = ", ".join(map(key_name, entry.keys))
                yield SystemCommand(name, keys, partial(screen.action_run, entry.action))

    def action_exit(self) -> None:
        """Leave."""
        self.exit(0)

    def _draw_progress(self) -> None:
        if self._progressed:
            self._progressed = False
            self.explorer.draw.progress()

    def _after_problem(self, again: bool | None) -> None:  # noqa: FBT001 - a screen's result comes by position
        if again:
            self.on_retry_wanted()
        else:
            self.exit(TROUBLE)

    def _watch_signals(self) -> None:
        """An exception from a signal handler would be lost in the event loop, and the terminal left as it is."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self.exit, 0)
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, 128 + number)

    def _handle_exception(self, error: Exception) -> None:
        """Leave without Textual's traceback, which prints local variables, and so whatever secret is in one."""
        self.crash = error
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self._close_messages_no_wait()
