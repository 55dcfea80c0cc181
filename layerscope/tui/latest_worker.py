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
    """Turns wishes into messages, or into nothing to tell, one at a time.

    A wish that still waits when another comes is forgotten. Before each it waits for `patience(wish)` seconds,
    whether a better one comes; 0 is for wishes that cannot wait.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Wish], Message | None],
        post: Callable[[Message], object],
        *,
        patience: Callable[[Wish], float] = lambda _wish: 0.0,
    ) -> None:
        self._work, self._post, self._patience = work, post, patience
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
        while not self._stopped:
            message = self._answer()
            if message is not None and not self._stopped:
                self._post(message)
            del message  # what was posted, and asked for, may be large: nothing of it stays here

    def _answer(self) -> Message | None:
        wish = self._next()
        if wish is None:
            return None
        try:
            return self._work(wish)
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence leaves a screen that waits
            return WorkerCrashed(error)

    def _next(self) -> Wish | None:
        with self._news:
            self._news.wait_for(lambda: self._stopped or self._wishes)
            start = time.monotonic()
            while not self._stopped and (rest := start + self._patience(self._wishes[0]) - time.monotonic()) > 0:
                self._news.wait(rest)
            return None if self._stopped else self._wishes.pop()
