"""The job that loads an image, or two: it opens the stores, reads layers, and keeps in the sessions what arrives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from layerscope.blobs.store import BlobStore
from layerscope.errors import Cancelled, LayerscopeError
from layerscope.insight.layer_diff import is_same_image
from layerscope.oci import Image, Layer
from layerscope.registry.http.events import RegistryEvent
from layerscope.tui.jobs import Report, crash
from layerscope.tui.lines.spans import safe
from layerscope.tui.panes.pane import GRACE, Cancellable, Explorer
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.read_layer import ReadLayer
from layerscope.tui.state.scope import NOTHING
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.content.kept_blobs import KeptBlobs
    from layerscope.layers.layer_content import LayerContent
    from layerscope.loading import Cancellation, LoadEvent

PROGRESS_PERIOD = 0.1
"""Seconds between two drawings of the progress; chunks arrive far more often."""


class Loader(Cancellable):
    """Loads in threads of its own, which report through `post_message`.

    They are daemons: a name server that never answers must not keep the program from ending. The stores stay open
    until `stop`: layers can be read again. If there is a base, its layers are read first, and those that the image
    shares with it are not read again.
    """

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._session = explorer.browser.session
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._waiting = ""
        self.has_progressed = False
        """Whether progress was made that is not drawn."""

    def start(self) -> None:
        """Open the images and read all their layers, the selected one first."""
        self._explorer.set_interval(PROGRESS_PERIOD, self._draw_progress)
        self._begin(self._load)

    def retry(self) -> None:
        """Read again what failed or was stopped; if nothing did, read the layers that are only listed."""
        images = self._session.images
        if self._session.is_same_image:
            return
        if self._is_open and any(image.unread or image.listed for image in images) and not self._session.is_reading:
            self._set_stopped(stopped=False)
            uses_tables = self._uses_tables and any(image.unread for image in images)
            unread = [(image, _forget_unread(image)) for image in images]
            self._begin(partial(self._read_again, unread, uses_tables=uses_tables))
        elif not self._is_open and (self._session.problem or self._session.stopped):
            self._session.problem = None
            self._set_stopped(stopped=False)
            self._begin(self._load)
        self._explorer.changed(Changed.IMAGE)

    @property
    def _is_open(self) -> bool:
        return all(image.image for image in self._session.images)

    @property
    def _uses_tables(self) -> bool:
        """Whether layers may be listed; two images are compared by what was read."""
        return self._session.uses_tables and self._session.base is None

    def _set_stopped(self, *, stopped: bool) -> None:
        for image in self._session.images:
            image.stopped = stopped

    def stop(self, grace: float = GRACE) -> None:
        """Stop for good: closing the store ends blocked reads; waits at most `grace` seconds for that."""
        self._stopped = True
        self.cancel()
        for image in self._session.images:
            if image.store:
                image.store.close()
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
        from layerscope.loading import load_beside  # noqa: PLC0415 - numpy and httpx load after the first frame

        cancellation = self.new_cancellation()
        opened = [(session, *self._open(session, cancellation)) for session in self._session.images]
        if len(opened) > 1 and is_same_image(*(image for _, _, image in opened)):
            return
        known: tuple[LayerContent, ...] = ()
        for session, store, image in opened:
            forward, wanted = partial(self._forward, session), partial(self._selected, session)
            tables, memory = self._uses_tables, session.memory()
            loaded = load_beside(store, image, known, memory, forward, cancellation, wanted, uses_tables=tables)
            known = loaded.contents

    def _open(self, session: Session, cancellation: Cancellation) -> tuple[BlobStore, Image]:
        """Open an image, and read its documents."""
        from layerscope.blobs.resolve import resolve  # noqa: PLC0415 - loaded late, as the others

        store = session.store = session.store or self._kept_blobs(session)
        if self._stopped:
            store.close()
        cancellation.check()
        image = resolve(store, session.platform)
        cancellation.check()
        image = image if session.last_layer is None else image.up_to(session.last_layer)
        self._report(partial(self._take_image, session, image))
        return store, image

    def _kept_blobs(self, session: Session) -> KeptBlobs:
        from layerscope.content.kept_blobs import KeptBlobs  # noqa: PLC0415 - httpx loads after the first frame

        memory = session.memory()
        return KeptBlobs(session.open_image(self._listen), memory.path if memory else None)

    def _read_again(self, unread: Sequence[tuple[Session, tuple[Layer, ...]]], *, uses_tables: bool) -> None:
        from layerscope.loading import load_layers  # noqa: PLC0415 - loaded by `_load`

        cancellation = self.new_cancellation()
        for session, layers in unread:
            if session.store:
                forward, wanted = partial(self._forward, session), partial(self._selected, session)
                memory = session.memory()
                load_layers(
                    session.store, layers, memory, forward, cancellation, wanted=wanted, uses_tables=uses_tables
                )

    def _selected(self, session: Session) -> int:
        """The selected layer, which is read before others; -1 if it is of another image. A thread asks for it."""
        image, number = self._session.place(self._explorer.browser.state.layer)
        return number if image is session else NOTHING

    def _forward(self, session: Session, event: LoadEvent) -> None:
        from layerscope.loading import LayerLoaded, LayerProgress  # noqa: PLC0415 - loaded by `_load`

        if isinstance(event, LayerProgress):
            take = partial(self._take_progress, session, event.number, event.received_size)
            self._report(take, ("progress", id(session), event.number))
        elif isinstance(event, LayerLoaded):
            self._report(partial(self._take_layer, session, event.number, event.content))

    def _listen(self, event: RegistryEvent) -> None:
        self._report(partial(self._take_news, event))

    def _report(self, take: Callable[[], None], subject: object = None) -> None:
        if not self._stopped:
            self._explorer.post_message(Report(take, subject))

    def _take_image(self, session: Session, image: Image) -> None:
        """Show the layers and the history, once all images are known."""
        session.image = image
        session.name = image.reference or session.name
        if self._is_open:
            self._explorer.browser.image_known()
        self._explorer.changed(Changed.IMAGE if image.layers else Changed.IMAGE | Changed.LAYER)

    def _take_progress(self, session: Session, layer: int, received_size: int) -> None:
        session.received[layer] = received_size
        self.has_progressed = True

    def _take_layer(self, session: Session, number: int, content: LayerContent) -> None:
        """Keep a layer that was read, for merging, and its start points, for showing files."""
        if session.store and session.image and content.start_points:
            session.store.start_points[session.image.layers[number].descriptor] = content.start_points
        session.contents[number] = ReadLayer.of(content)
        self._explorer.changed(Changed.LAYER)

    def _take_news(self, event: RegistryEvent) -> None:
        """Take news of the client: a wait, or a rate limit."""
        if said := self._session.news.take(event):
            self._explorer.app.notify(safe(said), severity="warning", markup=False)
        self._explorer.changed(Changed.REGISTRY)

    def _end(self, problem: LayerscopeError | None = None) -> None:
        """Reading failed; without a problem, it was stopped."""
        self._session.problem = problem
        self._set_stopped(stopped=problem is None)
        self._session.news.countdown.stop()
        self._explorer.changed(Changed.IMAGE)

    def _draw_progress(self) -> None:
        """Draw the progress of reading, and the countdown of a wait."""
        self._session.rate.add(time.monotonic(), sum(image.all_received_size for image in self._session.images))
        was_waiting, self._waiting = self._waiting, self._session.news.countdown.words
        if self.has_progressed or self._waiting != was_waiting:
            self.has_progressed = False
            self._explorer.changed(Changed.PROGRESS)


def _forget_unread(session: Session) -> tuple[Layer, ...]:
    """The unread layers of an image; what was kept of their blobs is forgotten too."""
    unread = tuple(session.forget_unread())
    for layer in unread:
        if session.store:
            session.store.forget(layer.descriptor)
    return unread
