"""What a person sees of a running explorer: its screen as lines of text."""

import re
import time
from contextlib import asynccontextmanager
from functools import partial

from textual import events
from textual.pilot import Pilot

from layerscope.oci import Reference
from layerscope.registry.connect import connect as connect_with
from layerscope.registry.http.events import ignore
from layerscope.sources.open import open_store
from layerscope.tui.app import ExplorerApp
from layerscope.tui.opener import Opener
from layerscope.tui.panes.files.finding import PathFinding
from layerscope.tui.panes.layers.loader import Loader
from layerscope.tui.panes.listing.lister import Lister
from layerscope.tui.screens.image import ImageScreen
from layerscope.tui.state.taste import USUAL
from layerscope.tui.state.trail import ImageLocation, PairLocation
from support.memory_source import MemorySource


def screen_lines(app):
    """The screen, top down, trailing blanks removed."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def screen_text(app):
    return "\n".join(screen_lines(app))


def pane_lines(app, name):
    """The lines of a pane, without its border to the left and right; the first has the title."""
    region = app.screen.query_one(f"#{name}").region
    lines = screen_lines(app)[region.y : region.bottom]
    return [line.ljust(region.right)[region.x + 1 : region.right - 1].strip() for line in lines]


def pane_text(app, name):
    return "\n".join(pane_lines(app, name))


def names(app):
    """What stands in the name column of the files pane, indentation and markers removed."""
    lines = (re.sub(r"\+\d+ ", "", line.replace("│", " ")) for line in pane_lines(app, "files")[2:-1] if line)
    return [line.split("  ")[-1].strip("▾▸ ") for line in lines]


class Explored(ExplorerApp):
    """The explorer, with short ways to what it knows."""

    @property
    def explorer(self):
        """The screen of the image that is open."""
        return next(screen for screen in self._screens.values() if isinstance(screen, ImageScreen))

    @property
    def session(self):
        return self.explorer.session

    @property
    def browser(self):
        return self.explorer.browser


@asynccontextmanager
async def exploring(built, *, size=(120, 40), source=None, loaded=True, platform=None, taste=USUAL, **more):
    """The explorer on this image, with all layers merged unless `loaded` is false; `more` goes to the `Opener`."""
    source = source or MemorySource(built)
    opener = Opener(lambda _text, _listener: source, connect, platform, **more)
    app = Explored(ImageLocation(source.name), opener, taste)
    async with _running(app, size, loaded=loaded) as running:
        yield running


@asynccontextmanager
async def comparing(before, after, *, size=(120, 40), loaded=True, sources=None, layers=(None, None), **more):
    """The explorer on two images, A and B, merged unless `loaded` is false."""
    sources = sources or (MemorySource(before, "localhost:5000/app:1"), MemorySource(after, "localhost:5000/app:2"))
    one, other = (
        ImageLocation(source.name, Reference.parse(source.name), layer=layer)
        for source, layer in zip(sources, layers, strict=True)
    )
    stores = {source.name: source for source in sources}
    app = Explored(PairLocation(one, other), Opener(lambda text, _listener: stores[text], connect, **more))
    async with _running(app, size, loaded=loaded) as running:
        yield running


@asynccontextmanager
async def browsing(place, *, size=(120, 40), **more):
    """The explorer at a registry, a repository or an image in one; places lead to each other."""

    def open_image(text, listener):
        return open_store(text, connect=partial(connect, listener=listener))

    opener = Opener(open_image, connect, **more)
    app = Explored(place, opener)
    async with _running(app, size) as running:
        yield running


@asynccontextmanager
async def _running(app, size, *, loaded=False):
    async with app.run_test(size=size, notifications=True) as pilot:
        try:
            if loaded:
                await until(pilot, lambda: app.session.is_complete)
            yield app, PatientPilot(app)
        finally:
            app.stop()


HOPS = 8
"""Messages that one key may lead to, each posted by the handler of the one before."""


class PatientPilot(Pilot):
    """Waits until a key or click has had all its consequences, not only until the processor is idle."""

    async def _wait_for_screen(self, timeout=30.0):  # noqa: ASYNC109 - Textual's signature
        for _ in range(HOPS):
            if not await super()._wait_for_screen(timeout):
                return False
        return True


def type_at_once(app, *keys):
    """Press keys faster than anything can come of the first before the last is there."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def connect(_domain, listener=ignore):
    """A client as the command line makes it."""
    return connect_with(listener=listener, read_only=True)


async def until(pilot, condition, tries=2000):
    """Wait until something is true of the app, and is drawn: news are drawn a few times a second."""
    start = time.monotonic()
    for _ in range(tries):
        await pilot.pause(0.005)
        if condition() and not has_undrawn_news(pilot.app.screen):
            await pilot.pause()
            return
    spent = time.monotonic() - start
    raise AssertionError(f"condition not met within {spent:.0f} s; the screen was:\n{screen_text(pilot.app)}")


def has_undrawn_news(screen):
    """Whether the screen has heard of something that it shows only when it is next drawn."""
    if isinstance(screen, ImageScreen):
        return screen.has_new_problem or screen.part(Loader).has_progressed
    return getattr(screen, "_stale", False)


def listing_of(app):
    """The listing that is looked at, None until it is made."""
    return app.explorer.part(Lister).listing


def find_bar_of(app):
    """The find bar of an image, None until it is opened."""
    return app.explorer.part(PathFinding).bar
