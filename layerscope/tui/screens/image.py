"""An image in the explorer: its screen gives the crew its wishes and keeps what it brings in the session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.tui.crew import Crew
from layerscope.tui.finder import FindWish
from layerscope.tui.lines.spans import safe
from layerscope.tui.lister import ListWish
from layerscope.tui.loader import GRACE
from layerscope.tui.merger import MergeWish
from layerscope.tui.messages import BackWanted, LeaveWanted, RegistryTold
from layerscope.tui.screens.explorer import ExplorerScreen
from layerscope.tui.screens.problem import ProblemScreen, Way
from layerscope.tui.view.browser import Browser
from layerscope.tui.view.search import Search
from layerscope.tui.view.session import ReadLayer, Session
from layerscope.tui.view.trail import parent

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from layerscope.errors import LayerscopeError
    from layerscope.registry.http.events import RegistryEvent
    from layerscope.tui.messages import (
        ImageArrived,
        LayerArrived,
        LayerProgressed,
        ListingDone,
        LoadFailed,
        Saved,
        SaveWanted,
        SearchDone,
        StackMerged,
    )
    from layerscope.tui.opener import Opener
    from layerscope.tui.view.trail import ImagePlace

PROGRESS_PERIOD = 0.1
"""Seconds from one drawing of the progress to the next; chunks arrive far more often."""


class ImageScreen(ExplorerScreen):
    """Loads an image; `can_go_back` is whether the user came from somewhere."""

    can_go_back = False

    def __init__(self, place: ImagePlace, opener: Opener) -> None:
        self.session = Session(display(place.name), opener.platform)
        self._has_tags = parent(place) is not None
        super().__init__(Browser(self.session))
        self.crew = Crew(partial(opener.open_image, place.text, self._tell), opener.platform, self.post_message)
        self._progressed = False
        self._waiting = ""
        self._problem_is_new = False

    @property
    def problems(self) -> list[LayerscopeError]:
        """What is wrong with the image."""
        return self.session.problems

    @property
    def is_reading(self) -> bool:
        """Whether the image, or a layer of it, is still to come."""
        opening = self.session.image is None and not (self.session.problem or self.session.stopped)
        return opening or self.session.is_reading

    def on_mount(self) -> None:
        """Begin to read."""
        self.set_interval(PROGRESS_PERIOD, self._draw_progress)
        self.call_after_refresh(self.crew.start)

    def on_unmount(self) -> None:
        """The image is left for good."""
        self.stop(grace=0)

    def stop(self, grace: float = GRACE) -> None:
        """End the crew; its reader gets so many seconds to notice."""
        self.crew.stop(grace)

    def on_image_arrived(self, message: ImageArrived) -> None:
        """Layers and history can be shown."""
        self.session.image = message.image
        self.session.name = message.image.reference or self.session.name
        self.browser.image_known()
        self.draw.all()
        if not message.image.layers:
            self.crew.merger.ask(MergeWish([]))

    def on_layer_progressed(self, message: LayerProgressed) -> None:
        """Some more of a layer has come."""
        self.session.received[message.number] = message.received_size
        self._progressed = True

    def on_layer_arrived(self, message: LayerArrived) -> None:
        """A layer is read: it can be merged with those that are there."""
        self.session.contents[message.number] = ReadLayer.of(message.content)
        self.crew.merger.ask(MergeWish(self.session.indexes()))
        self.draw.all()

    def on_stack_merged(self, message: StackMerged) -> None:
        """The tree has grown."""
        self.session.take(message.stack, message.layer_count, message.accounting, message.change_counts)
        self.browser.stack_changed()
        self.draw.all()
        if self.browser.state.search or self.session.is_complete:
            self.on_search_wanted()
        self.on_listing_wanted()

    def on_load_failed(self, message: LoadFailed) -> None:
        """Say why, and ask what to do."""
        self.session.problem = message.error
        self.session.news.countdown.stop()
        self.draw.all()
        self._problem_is_new = True
        self._tell_problem()

    def on_screen_resume(self) -> None:
        """The user comes back, perhaps to an image that could not be opened meanwhile."""
        self._tell_problem()

    def on_retry_wanted(self) -> None:
        """Begin again, where reading has failed or was stopped."""
        session = self.session
        if session.image is not None and session.unread and not session.is_reading:
            session.stopped = False
            self.crew.loader.read(session.forget_unread())
        elif session.image is None and (session.problem or session.stopped):
            session.problem, session.stopped = None, False
            self.crew.loader.load()
        self.draw.all()

    def on_stop_wanted(self) -> None:
        """Stop reading, and keep what is there."""
        self.crew.loader.stop()

    def on_load_stopped(self) -> None:
        """Reading has stopped."""
        self.session.stopped = True
        self.session.news.countdown.stop()
        self.draw.all()

    def on_search_wanted(self) -> None:
        """Look for it, or make ready to, in whatever is merged so far."""
        state, stack = self.browser.state, self.session.stack
        search = state.search or Search("", state.is_regex)
        if stack is not None and not search.problem:
            self.crew.finder.ask(FindWish(stack, search))

    def on_search_done(self, message: SearchDone) -> None:
        """Show what was found, unless the user looks for something else by now."""
        if message.search == self.browser.state.search:
            self.browser.found(message.stack, message.search, message.matches)
            self.finding.show()

    def on_listing_wanted(self) -> None:
        """Make the listing, once everything is read."""
        if self.browser.state.listing and self.session.accounting and self.browser.listing is None:
            self.crew.lister.ask(ListWish(self.session, self.browser.state.listing))

    def on_listing_done(self, message: ListingDone) -> None:
        """Show the listing."""
        if message.stack is self.session.stack:
            self.session.listings[message.listing.name] = message.listing
            self.draw.listing()
            self.draw.details()

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

    def on_registry_told(self, message: RegistryTold) -> None:
        """The client waits, or has found out something."""
        if said := self.session.news.take(message.event):
            self.notify(safe(said), severity="warning", markup=False)
        self.draw.details(keep_place=True)

    def _tell(self, event: RegistryEvent) -> None:
        self.post_message(RegistryTold(event))

    def _draw_progress(self) -> None:
        """Draw how far the reading is, and count down while the client waits."""
        was_waiting, self._waiting = self._waiting, self.session.news.countdown.words
        if self._progressed or self._waiting != was_waiting:
            self._progressed = False
            self.draw.progress()

    def _tell_problem(self) -> None:
        if self._problem_is_new and self.session.problem and self.is_current:
            self._problem_is_new = False
            problem = ProblemScreen(self.session.problem, can_go_back=self.can_go_back, has_tags=self._has_tags)
            self.app.push_screen(problem, self._after_problem)

    def _after_problem(self, way: Way | None) -> None:
        if way is Way.RETRY:
            self.on_retry_wanted()
        elif way is Way.BACK:
            self.post_message(BackWanted())
        else:
            self.post_message(LeaveWanted())
