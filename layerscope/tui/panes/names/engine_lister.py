"""The job that asks the engines of this machine for their images, each in a thread of its own."""

import threading
from collections.abc import Callable, Sequence
from functools import partial

from layerscope.errors import LayerscopeError
from layerscope.sources.engines.listing import Engine
from layerscope.tui.jobs import Post, Report, crash

Take = Callable[[str, list[str] | LayerscopeError], None]
"""Takes the names of an engine's images, or the reason why there are none; called on the event loop."""


class EngineLister:
    """Asks in daemon threads: an engine that does not answer keeps nobody waiting."""

    def __init__(self, engines: Sequence[Engine], post: Post, take: Take) -> None:
        self._engines, self._post, self._take = engines, post, take
        self._closed = threading.Event()

    def start(self) -> None:
        """Ask all engines."""
        for engine in self._engines:
            threading.Thread(target=self._ask, args=(engine,), name=engine.name, daemon=True).start()

    def stop(self) -> None:
        """End all waits; nothing more is reported."""
        self._closed.set()

    def _ask(self, engine: Engine) -> None:
        report = self._answer(engine)
        if not self._closed.is_set():
            self._post(report)

    def _answer(self, engine: Engine) -> Report:
        try:
            found: list[str] | LayerscopeError = engine.ask(self._closed)
        except LayerscopeError as error:
            found = error
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence leaves a screen that waits
            return crash(error)
        return Report(partial(self._take, engine.name, found))
