"""The worker that loads the image: it opens the source, reads layers, and posts what arrives."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.tui.messages import ImageArrived, LayerArrived, LayerProgressed, LoadFailed, LoadStopped, WorkerCrashed
from layerscope.tui.panes.files.saver import SaveWish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.message import Message

    from layerscope.loading import Cancellation, LoadEvent
    from layerscope.oci.image import Layer
    from layerscope.oci.platform import Platform
    from layerscope.sources.source import ImageSource
    from layerscope.tui.messages import SaveWanted
    from layerscope.tui.state.session import Session

GRACE = 1.0
"""Seconds that a reader gets to notice that it is not wanted any more."""


class Loader:
    """Loads in threads of its own; all that they have to say goes through `post`.

    They are daemons, as a name server that never answers must not keep the program from ending. The source stays open
    until `close`: layers can be read again.
    """

    def __init__(
        self, open_image: Callable[[], ImageSource], platform: Platform | None, post: Callable[[Message], object]
    ) -> None:
        self._open_image = open_image
        self._platform = platform
        self._post = post
        self._closed = False
        self._source: ImageSource | None = None
        self._cancellation: Cancellation | None = None
        self._thread: threading.Thread | None = None

    def load(self) -> None:
        """Open the image and read all its layers."""
        self._start(self._load)

    def read(self, layers: Sequence[Layer]) -> None:
        """Read these layers, anew or for the first time."""
        self._start(lambda: self._read(tuple(layers)))

    def stop(self) -> None:
        """Stop reading; what was read stays."""
        if self._cancellation:
            self._cancellation.cancel()

    def save_wish(self, session: Session, wanted: SaveWanted) -> SaveWish | None:
        """What is needed to write a part of the image; None where nothing is there to read from."""
        if self._source is None or session.image is None or session.table is None:
            return None
        place = (wanted.path, wanted.layer, wanted.directory)
        return SaveWish(self._source, session.image, session.table, *place, self._new_cancellation())

    def close(self, grace: float = GRACE) -> None:
        """Stop for good: reads that are blocked end because the source is closed; waits so many seconds for that."""
        self._closed = True
        self.stop()
        if self._source:
            self._source.close()
        if self._thread and self._thread.is_alive():
            self._thread.join(grace)

    def _start(self, work: Callable[[], object]) -> None:
        self._thread = threading.Thread(target=self._run, args=(work,), name="loader", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Cancelled:
            self._tell(LoadStopped())
        except LayerscopeError as error:
            self._tell(LoadFailed(error))
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence leaves a screen that waits for ever
            self._tell(WorkerCrashed(error))

    def _load(self) -> None:
        from layerscope.loading import load  # noqa: PLC0415 - numpy and httpx load after the first frame

        cancellation = self._new_cancellation()
        self._source = self._source or self._open_image()
        if self._closed:
            self._source.close()
            return
        load(self._source, self._platform, self._forward, cancellation)

    def _read(self, layers: tuple[Layer, ...]) -> None:
        from layerscope.loading import load_layers  # noqa: PLC0415 - loaded by `_load`

        if self._source:
            load_layers(self._source, layers, self._forward, self._new_cancellation())

    def _new_cancellation(self) -> Cancellation:
        from layerscope.loading import Cancellation  # noqa: PLC0415 - loaded by `_load`

        self._cancellation = Cancellation()
        return self._cancellation

    def _forward(self, event: LoadEvent) -> None:
        from layerscope.loading import ImageResolved, LayerProgress  # noqa: PLC0415 - loaded by `_load`

        if isinstance(event, ImageResolved):
            self._tell(ImageArrived(event.image))
        elif isinstance(event, LayerProgress):
            self._tell(LayerProgressed(event.number, event.received_size))
        else:
            self._tell(LayerArrived(event.number, event.content))

    def _tell(self, message: Message) -> None:
        if not self._closed:
            self._post(message)
