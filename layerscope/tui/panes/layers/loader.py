"""The job that loads the image: it opens the store, reads layers, and keeps in the session what arrives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.oci import Image, Layer
from layerscope.registry.http.events import RegistryEvent
from layerscope.tui.jobs import Report, crash
from layerscope.tui.lines.spans import safe
from layerscope.tui.panes.pane import GRACE, Explorer, KeyGroup
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.session import ReadLayer

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.content.kept_blobs import KeptBlobs
    from layerscope.layers.layer_content import LayerContent
    from layerscope.loading import Cancellation, LoadEvent

PROGRESS_PERIOD = 0.1
"""Seconds between two drawings of the progress; chunks arrive far more often."""


class Loader(KeyGroup):
    """Loads in threads of its own, which report through `post_message`.

    They are daemons: a name server that never answers must not keep the program from ending. The store stays open
    until `stop`: layers can be read again.
    """

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._session = explorer.browser.session
        self._stopped = False
        self._cancellation: Cancellation | None = None
        self._thread: threading.Thread | None = None
        self._waiting = ""
        self.has_progressed = False
        """Whether progress was made that is not drawn."""

    def start(self) -> None:
        """Open the image and read all its layers."""
        self._explorer.set_interval(PROGRESS_PERIOD, self._draw_progress)
        self._begin(self._load)

    def retry(self) -> None:
        """Read again what failed or was stopped."""
        session = self._session
        if session.image is not None and session.unread and not session.is_reading:
            session.stopped = False
            unread = tuple(session.forget_unread())
            for layer in unread:
                if session.store:
                    session.store.forget(layer.descriptor)
            self._begin(partial(self._read, unread))
        elif session.image is None and (session.problem or session.stopped):
            session.problem, session.stopped = None, False
            self._begin(self._load)
        self._explorer.changed(Changed.IMAGE)

    def cancel(self) -> None:
        """Stop reading; what was read stays."""
        if self._cancellation:
            self._cancellation.cancel()

    def stop(self, grace: float = GRACE) -> None:
        """Stop for good: closing the store ends blocked reads; waits at most `grace` seconds for that."""
        self._stopped = True
        self.cancel()
        if self._session.store:
            self._session.store.close()
        if self._thread and self._thread.is_alive():
            self._thread.join(grace)

    def _begin(self, work: Callable[[], object]) -> None:
        self._thread = threading.Thread(target=self._run, args=(work,), name="loader", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Cancelled:
            self._report(self._end)
        except LayerscopeError as error:
            self._report(partial(self._end, error))
        except Exception as error:  # noqa: BLE001 - the screen would wait for a thread that died in silence
            if not self._stopped:
                self._explorer.post_message(crash(error))

    def _load(self) -> None:
        from layerscope.loading import load  # noqa: PLC0415 - numpy and httpx load after the first frame

        cancellation, memory = self._new_cancellation(), self._session.memory()
        store = self._session.store = self._session.store or self._open(memory)
        if self._stopped:
            store.close()
            return
        load(store, self._session.platform, memory, self._forward, cancellation)

    def _open(self, memory: LayerCache | None) -> KeptBlobs:
        from layerscope.content.kept_blobs import KeptBlobs  # noqa: PLC0415 - httpx loads after the first frame

        return KeptBlobs(self._session.open_image(self._listen), memory.path if memory else None)

    def _read(self, layers: tuple[Layer, ...]) -> None:
        from layerscope.loading import load_layers  # noqa: PLC0415 - loaded by `_load`

        if self._session.store:
            memory, cancellation = self._session.memory(), self._new_cancellation()
            load_layers(self._session.store, layers, memory, self._forward, cancellation)

    def _new_cancellation(self) -> Cancellation:
        from layerscope.loading import Cancellation  # noqa: PLC0415 - loaded by `_load`

        self._cancellation = Cancellation()
        return self._cancellation

    def _forward(self, event: LoadEvent) -> None:
        from layerscope.loading import ImageResolved, LayerProgress  # noqa: PLC0415 - loaded by `_load`

        if isinstance(event, ImageResolved):
            self._report(partial(self._take_image, event.image))
        elif isinstance(event, LayerProgress):
            self._report(partial(self._take_progress, event.number, event.received_size), ("progress", event.number))
        else:
            self._report(partial(self._take_layer, event.number, event.content))

    def _listen(self, event: RegistryEvent) -> None:
        self._report(partial(self._take_news, event))

    def _report(self, take: Callable[[], None], subject: object = None) -> None:
        if not self._stopped:
            self._explorer.post_message(Report(take, subject))

    def _take_image(self, image: Image) -> None:
        """Show the layers and the history."""
        self._session.image = image
        self._session.name = image.reference or self._session.name
        self._explorer.browser.image_known()
        self._explorer.changed(Changed.IMAGE if image.layers else Changed.IMAGE | Changed.LAYER)

    def _take_progress(self, layer: int, received_size: int) -> None:
        self._session.received[layer] = received_size
        self.has_progressed = True

    def _take_layer(self, number: int, content: LayerContent) -> None:
        """Keep a layer that was read, for merging."""
        self._session.contents[number] = ReadLayer.of(content)
        self._explorer.changed(Changed.LAYER)

    def _take_news(self, event: RegistryEvent) -> None:
        """Take news of the client: a wait, or a rate limit."""
        if said := self._session.news.take(event):
            self._explorer.app.notify(safe(said), severity="warning", markup=False)
        self._explorer.changed(Changed.REGISTRY)

    def _end(self, problem: LayerscopeError | None = None) -> None:
        """Reading failed; without a problem, it was stopped."""
        self._session.problem, self._session.stopped = problem, problem is None
        self._session.news.countdown.stop()
        self._explorer.changed(Changed.IMAGE)

    def _draw_progress(self) -> None:
        """Draw the progress of reading, and the countdown of a wait."""
        self._session.rate.add(time.monotonic(), self._session.all_received_size)
        was_waiting, self._waiting = self._waiting, self._session.news.countdown.words
        if self.has_progressed or self._waiting != was_waiting:
            self.has_progressed = False
            self._explorer.changed(Changed.PROGRESS)
