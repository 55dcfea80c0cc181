"""`explore`: open an image, a repository or a registry in the explorer, and stay until the user leaves."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.console import RenderableType
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.filter import LineFilter
from textual.notifications import Notify
from textual.screen import Screen
from textual.theme import Theme

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.tui.ascii_filter import AsciiFilter
from layerscope.tui.keymap import key_name, show_keys
from layerscope.tui.lines import glyphs
from layerscope.tui.lines.problem_lines import one_sentence
from layerscope.tui.lines.spans import safe
from layerscope.tui.lines.styles import STYLES
from layerscope.tui.messages import LocationOpened, LocationWanted
from layerscope.tui.opener import Opener
from layerscope.tui.screens.image import ImageScreen
from layerscope.tui.screens.palette import Actions, Palette, theme_palette
from layerscope.tui.screens.registry import RegistryScreen
from layerscope.tui.state.taste import USUAL, Taste
from layerscope.tui.state.trail import (
    ImageLocation,
    Location,
    PairLocation,
    Start,
    Trail,
    lasting_name,
    name_within,
    parent,
)
from layerscope.tui.themes import DARK, OWN_THEMES, SIXTEEN
from layerscope.tui.widgets.lasting import Lasting

if TYPE_CHECKING:
    from layerscope.tui.screens.start import StartScreen

    LocationScreen = ImageScreen | RegistryScreen | StartScreen

FEW_COLOURS = ("standard", "windows")
"""Rich's names for 16 colours."""

LEAVING_TIME = 5
"""Seconds that the explorer has to end after a signal."""


def explore(location: Location, opener: Opener, taste: Taste) -> Outcome:
    """Show a location, and follow the user to others until the user leaves.

    An unexpected error is raised after the terminal is restored.
    """
    app = ExplorerApp(location, opener, taste)
    try:
        outcome = app.run()
    finally:
        app.stop()
    if app.crash is not None:
        raise app.crash
    return outcome or Outcome()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the explorer ended: the problems of the last location, and the signal that ended it, or 0."""

    problems: tuple[LayerscopeError, ...] = ()
    signal: int = 0


class ExplorerApp(App[Outcome]):
    """Goes from location to location: each is a screen of its own, with workers of its own, in a mode of Textual's."""

    CSS_PATH = Path(__file__).with_name("explorer.tcss")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(STYLES)
    TITLE = "layerscope"
    ALLOW_SELECT = False  # nothing that we draw can be selected, and a click on a vanishing toast would raise an error
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "exit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
    ]

    def __init__(self, location: Location, opener: Opener, taste: Taste = USUAL) -> None:
        super().__init__()
        for theme in OWN_THEMES:
            self.register_theme(theme)
        self._taste = taste
        show_keys(taste.keys)
        self._has_few_colours = self.console.color_system in FEW_COLOURS
        self.theme = SIXTEEN.name if self._has_few_colours else taste.theme or DARK.name
        self.crash: Exception | None = None
        self._in_ascii = AsciiFilter(enabled=glyphs.ASCII_ONLY)
        self._trail = Trail([location])
        self._opener = opener
        self._screens: dict[Location, LocationScreen] = {}

    _is_leaving = False

    def on_mount(self) -> None:
        """Show the first location.

        On a terminal, the app lives as long as the program: freezing its objects keeps garbage collection short.
        """
        if not self.is_headless:
            self._watch_signals()
            self.call_after_refresh(gc.freeze)
        self.app_resume_signal.subscribe(self, lambda _: self.call_after_refresh(self.screen.refresh, layout=True))
        self._show()
        if self._taste.problems:
            self.notify("\n".join(map(safe, self._taste.problems)), title="Settings", severity="warning", markup=False)
        self.theme_changed_signal.subscribe(self, self._keep_theme)

    def stop(self) -> None:
        """End all workers."""
        for screen in self._screens.values():
            screen.stop()

    def on_notify(self, message: Notify) -> None:
        """Let no notification expire while it is put on the screen."""
        message.notification = Lasting(**vars(message.notification))

    def on_location_wanted(self, message: LocationWanted) -> None:
        """Go there."""
        self._trail.go(message.location)
        self._show()

    def on_location_opened(self, message: LocationOpened) -> None:
        """Remember what could be opened."""
        if name := lasting_name(message.location):
            self.run_worker(asyncio.to_thread(self._opener.remember, name))

    def on_back_wanted(self) -> None:
        """Go back, if the user came from somewhere."""
        self._trail.back()
        self._show()

    def on_parent_wanted(self) -> None:
        """Go from an image to its repository, or from that to its registry."""
        here = self._trail.here
        if isinstance(here, ImageLocation | PairLocation) and parent(here) is None:
            self.notify("this image is not in a registry", markup=False, timeout=3)
        self._trail.up()
        self._show()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the keymap, for the command palette."""
        shown = self._screens[self._trail.here]
        if screen is shown:
            for entry in shown.keymap.entries:
                name = entry.help[0].upper() + entry.help[1:]
                keys = ", ".join(map(key_name, entry.keys))
                words = " · ".join(filter(None, (keys, entry.action, entry.words)))
                yield SystemCommand(name, words, partial(shown.action_run, entry.action))

    def action_command_palette(self) -> None:
        """Open the command palette, unless it is open."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(providers=[Actions]))

    def search_themes(self) -> None:
        """Open the palette with all themes."""
        self.push_screen(theme_palette())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The filters that all painted lines pass."""
        own = [self._in_ascii] if self._in_ascii.enabled else []
        return [*super().get_line_filters(), *own]

    def on_leave_wanted(self) -> None:
        """Leave, and report the problems of the location."""
        self.exit(Outcome(tuple(self._screens[self._trail.here].problems)))

    def action_exit(self) -> None:
        """Leave at once; reading that is not finished counts as interrupted."""
        if self._screens[self._trail.here].is_reading:
            self.exit(Outcome((Cancelled("interrupted"),)))
        else:
            self.on_leave_wanted()

    def _show(self) -> None:
        """Show the last location of the trail, and close those that are no longer on it."""
        here = self._trail.here
        if here not in self._screens:
            screen = self._screens[here] = self._make(here)
            self.add_mode(_mode(here), lambda: screen)
        self._screens[here].can_go_back = self._trail.can_go_back
        self.switch_mode(_mode(here))
        for location in [location for location in self._screens if location not in self._trail.locations]:
            self.remove_mode(_mode(location))
            del self._screens[location]

    def _make(self, location: Location) -> LocationScreen:
        if isinstance(location, ImageLocation | PairLocation):
            return ImageScreen(location, self._opener, self._taste)
        if isinstance(location, Start):
            from layerscope.tui.screens.start import StartScreen  # noqa: PLC0415 - most users name what they open

            return StartScreen(self._opener, self._taste.keys)
        selected = next((name_within(other) for other in self._trail.locations if parent(other) == location), "")
        return RegistryScreen(location, self._opener, self._taste.keys, selected)

    def _keep_theme(self, theme: Theme) -> None:
        """Write the theme into the settings; that of a terminal with 16 colours is not for other terminals."""
        if self._taste.keep_theme and not self._has_few_colours:
            self.run_worker(self._write_theme(self._taste.keep_theme, theme.name), exclusive=True)

    async def _write_theme(self, keep_theme: Callable[[str], None], name: str) -> None:
        try:
            await asyncio.to_thread(keep_theme, name)
        except LayerscopeError as error:
            self.notify(one_sentence(error), title="Settings", severity="warning", markup=False)

    def exit(self, result: Outcome | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave the explorer, with this outcome."""
        self._is_leaving = True
        super().exit(result, return_code, message)

    def _watch_signals(self) -> None:
        """Leave in the event loop: an exception from a signal handler would leave the terminal unrestored.

        A terminal that is gone can block every write to it, and so the event loop. Then the program ends without it.
        """
        loop = asyncio.get_running_loop()

        def leave(number: int, _frame: object) -> None:
            last_resort = threading.Timer(LEAVING_TIME, os._exit, [128 + number])
            last_resort.daemon = True
            last_resort.start()
            loop.call_soon_threadsafe(self.exit, Outcome(signal=number))

        loop.add_signal_handler(signal.SIGINT, self.action_exit)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, leave)

    def _handle_exception(self, error: Exception) -> None:
        """Leave without Textual's traceback, which prints local variables and so their secrets.

        A screen that opens while the explorer leaves gets no widgets: that they are missing is no error then.
        """
        if self._is_leaving and isinstance(error, (NoMatches, NoScreen)):
            return
        self.crash = error
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self._close_messages_no_wait()


def _mode(location: Location) -> str:
    """The name of its mode, which Textual wants."""
    return repr(location)
