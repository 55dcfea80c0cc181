"""The worker that loads the image: it opens the source, reads all layers, and posts what arrives."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.tui.messages import ImageArrived, LayerArrived, LayerProgressed, LoadFailed, WorkerCrashed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message

    from layerscope.loading import Cancellation, LoadEvent
    from layerscope.oci.platform import Platform
    from layerscope.sources.source import ImageSource

GRACE = 1.0
"""Seconds that a reader gets to notice that it is not wanted any more."""


class Loader:
    """Loads in a thread of its own; everything it has to say goes through `post`.

    The thread is a daemon, as a name server that never answers must not keep the program from ending.
    """

    def __init__(
        self, open_image: Callable[[], ImageSource], platform: Platform | None, post: Callable[[Message], object]
    ) -> None:
        self._open_image = open_image
        self._platform = platform
        self._post = post
        self._stopped = threading.Event()
        self._source: ImageSource | None = None
        self._cancellation: Cancellation | None = None
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop reading: blocked reads end because the source is closed."""
        self._stopped.set()
        if self._cancellation:
            self._cancellation.cancel()
        if self._source:
            self._source.close()

    def wait(self) -> None:
        """Give the thread a moment to end."""
        if self._thread.is_alive():
            self._thread.join(GRACE)

    def _run(self) -> None:
        try:
            self._load()
        except Cancelled:
            pass
        except LayerscopeError as error:
            if not self._stopped.is_set():
                self._post(LoadFailed(error))
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence leaves a screen that waits for ever
            self._post(WorkerCrashed(error))

    def _load(self) -> None:
        from layerscope.loading import Cancellation, load  # noqa: PLC0415 - numpy and httpx load after the first frame

        self._cancellation = Cancellation()
        self._source = self._open_image()
        if self._stopped.is_set():
            self._cancellation.cancel()
        try:
            load(self._source, self._platform, self._forward, self._cancellation)
        finally:
            self._source.close()

    def _forward(self, event: LoadEvent) -> None:
        from layerscope.loading import ImageResolved, LayerProgress  # noqa: PLC0415 - loaded by `_load`

        if self._stopped.is_set():
            return
        if isinstance(event, ImageResolved):
            self._post(ImageArrived(event.image))
        elif isinstance(event, LayerProgress):
            self._post(LayerProgressed(event.number, event.received_size))
        else:
            self._post(LayerArrived(event.number, event.content))
