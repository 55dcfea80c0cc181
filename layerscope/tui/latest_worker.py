"""A thread that always works on the latest wish."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from layerscope.tui.messages import WorkerCrashed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message

Wish = TypeVar("Wish")


class LatestWorker(Generic[Wish]):
    """Turns wishes into messages, one at a time; a wish that still waits when another comes is forgotten.

    After each, it rests `rest` times as long as that took, unless a wish is `urgent`: others need the processor too.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Wish], Message],
        post: Callable[[Message], object],
        *,
        rest: float = 0.0,
        urgent: Callable[[Wish], bool] = lambda _wish: False,
    ) -> None:
        self._work, self._post, self._rest, self._urgent = work, post, rest, urgent
        self._wishes: list[Wish] = []
        self._stopped = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to wait for wishes."""
        self._thread.start()

    def stop(self) -> None:
        """End once the wish at work is done; its message is not posted any more."""
        with self._news:
            self._stopped = True
            self._news.notify()

    def ask(self, wish: Wish) -> None:
        """Work on this next."""
        with self._news:
            self._wishes = [wish]
            self._news.notify()

    def _run(self) -> None:
        while (wish := self._next()) is not None:
            start = time.monotonic()
            try:
                message = self._work(wish)
            except Exception as error:  # noqa: BLE001 - a thread that dies in silence leaves a screen that waits
                message = WorkerCrashed(error)
            if not self._stopped:
                self._post(message)
            self._pause(self._rest * (time.monotonic() - start))

    def _next(self) -> Wish | None:
        with self._news:
            self._news.wait_for(lambda: self._stopped or self._wishes)
            return None if self._stopped else self._wishes.pop()

    def _pause(self, seconds: float) -> None:
        with self._news:
            self._news.wait_for(lambda: self._stopped or any(map(self._urgent, self._wishes)), seconds)
