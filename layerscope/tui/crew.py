"""All threads beside the screen. They know nothing of it but how to post messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.latest_worker import LatestWorker
from layerscope.tui.panes.files.finder import Finder
from layerscope.tui.panes.files.merger import merge
from layerscope.tui.panes.files.saver import save
from layerscope.tui.panes.layers.loader import GRACE, Loader
from layerscope.tui.panes.listing.lister import make_listing

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message

    from layerscope.oci.platform import Platform
    from layerscope.sources.source import ImageSource


class Crew:
    """One that loads the image, and one each that merges, finds, lists and saves."""

    def __init__(
        self, open_image: Callable[[], ImageSource], platform: Platform | None, post: Callable[[Message], object]
    ) -> None:
        self.loader = Loader(open_image, platform, post)
        self.merger = LatestWorker("merger", merge, post, patience=lambda wish: wish.patience)
        self.finder = LatestWorker("finder", Finder().find, post)
        self.lister = LatestWorker("lister", make_listing, post)
        self.saver = LatestWorker("saver", save, post)

    def start(self) -> None:
        """Begin: the image is opened at once, the others wait for wishes."""
        for worker in (self.merger, self.finder, self.lister, self.saver):
            worker.start()
        self.loader.load()

    def stop(self, grace: float = GRACE) -> None:
        """End all of them; the one that loads gets so many seconds to notice."""
        for worker in (self.merger, self.finder, self.lister, self.saver):
            worker.stop()
        self.loader.close(grace)
