"""A registry or repository in the explorer: it owns the jobs."""

from functools import partial

from layerscope.errors import LayerscopeError
from layerscope.oci.collection import Registry, Repository
from layerscope.registry.http.events import RegistryEvent
from layerscope.tui.jobs import Report
from layerscope.tui.keymap import Keys
from layerscope.tui.lines.spans import safe
from layerscope.tui.messages import LocationOpened
from layerscope.tui.opener import Opener
from layerscope.tui.panes.names.name_loader import NameLoader
from layerscope.tui.panes.names.shared_client import SharedClient
from layerscope.tui.panes.names.tag_reader import TagReader
from layerscope.tui.screens.names import NamesScreen

DRAWING_PERIOD = 0.1
"""Seconds between two drawings; names and tags arrive far more often."""


class RegistryScreen(NamesScreen):
    """Lists the names, then reads the tags in sight; all tags only if the order depends on them.

    Registries limit the number of requests, so tags that nobody looks at are not read.
    """

    def __init__(self, location: Registry | Repository, opener: Opener, keys: Keys, selected: str = "") -> None:
        super().__init__(location, keys)
        self.browser.state.cursor = selected
        self.browser.names.options = opener.options
        self._stale = False
        self._is_opened = False
        self._client = SharedClient(lambda: opener.connect(location.domain, self._listen))
        self._loader = NameLoader(self, self._client, location)
        self._reader: TagReader | None = None
        if not isinstance(location, Registry):
            self._reader = TagReader(self, self._client, location.reference, opener.platform)

    @property
    def problems(self) -> list[LayerscopeError]:
        """Why no names are listed."""
        names = self.browser.names
        return [names.problem] if names.problem and not names.keys else []

    @property
    def is_reading(self) -> bool:
        """Whether names are still being listed."""
        return self.browser.names.is_listing

    def on_mount(self) -> None:
        """Begin to list."""
        self.set_interval(DRAWING_PERIOD, self._draw_news)
        self.call_after_refresh(self._loader.load)

    def stop(self) -> None:
        """End the jobs; closing the client ends blocked reads."""
        if self._reader:
            self._reader.stop()
        self._client.close()

    def on_unmount(self) -> None:
        """Stop the jobs: the location is closed."""
        self.stop()

    def on_rows_scrolled(self) -> None:
        """Read the tags in sight next."""
        if self._reader and not self.browser.names.stopped:
            self._reader.want(self._unknown())

    def retry(self) -> None:
        """Ask again for what failed or was stopped."""
        names = self.browser.names
        was_listing = names.is_listing
        failed = names.start_again()
        if self._reader:
            self._reader.forget(failed)
        if names.is_listing and not was_listing:
            self._loader.load()
        self.rows_changed()

    def cancel(self) -> None:
        """Stop listing and reading, and keep what is there."""
        names = self.browser.names
        if names.stopped or not (names.is_listing or (self._reader and self._unknown())):
            return
        names.stopped = True
        if self._reader:
            self._reader.want(())
        self._client.interrupt()
        self.news.countdown.stop()
        self.rows_changed()

    def draw(self) -> None:
        """Draw everything; if these are the first names, the location could be opened."""
        super().draw()
        if self.browser.names.keys and not self._is_opened:
            self._is_opened = True
            self.post_message(LocationOpened(self.browser.names.location))

    def draw_soon(self) -> None:
        """Draw new names and tags soon, with others that come meanwhile."""
        self._stale = True

    def _listen(self, event: RegistryEvent) -> None:
        self.post_message(Report(partial(self._take_news, event)))

    def _take_news(self, event: RegistryEvent) -> None:
        """Take news of the client: a wait, or a rate limit."""
        if said := self.news.take(event):
            self.notify(safe(said), severity="warning", markup=False)
        self._stale = True

    def _unknown(self) -> list[str]:
        return self.browser.unknown(self.pane.scroll_offset.y, self.pane.page_height)

    def _draw_news(self) -> None:
        """Draw new names and tags, and the countdown of a wait."""
        was_waiting, self.waiting = self.waiting, self.news.countdown.words
        if self._stale:
            self._stale = False
            self.draw()
            self.on_rows_scrolled()
        elif self.waiting != was_waiting:
            self.draw_progress()
