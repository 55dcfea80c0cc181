"""Work beside the screen: a thread that always works on the latest request, and how threads report to the screen."""

import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Generic, TypeVar

from textual.message import Message

Post = Callable[[Message], object]

Request = TypeVar("Request")
Result = TypeVar("Result")


@dataclass
class Report(Message):
    """What a thread reports: `take` is called on the event loop.

    A report replaces an older one of the same `subject`; reports without a subject all count.
    """

    take: Callable[[], Awaitable[None] | None]
    subject: object = None

    def can_replace(self, message: Message) -> bool:
        """Whether this replaces an older message of the queue."""
        return self.subject is not None and isinstance(message, Report) and message.subject == self.subject

    async def deliver(self) -> None:
        """Call `take`, and await what it returns."""
        waiting = self.take()
        if waiting is not None:
            await waiting


def crash(error: Exception) -> Report:
    """The report of an unexpected error: it ends the explorer."""

    def fail() -> None:
        raise error

    return Report(fail)


class LatestWorker(Generic[Request, Result]):
    """Answers requests one at a time, in a thread; a subclass defines the answer and its use.

    A waiting request is dropped when another comes.
    """

    name: ClassVar[str]
    only_latest: ClassVar[bool] = False
    """Whether a result replaces an older one that is not taken yet."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._requests: list[Request] = []
        self._stopped = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def work(self, request: Request) -> Result | None:
        """The answer, or None for none; called in the thread."""
        raise NotImplementedError

    def take(self, result: Result) -> None:
        """Use the answer; called on the event loop."""
        raise NotImplementedError

    def patience(self, request: Request) -> float:  # noqa: ARG002 - it is for those that can wait
        """How many seconds to wait for a better request before work on this one begins."""
        return 0.0

    def start(self) -> None:
        """Begin to wait for requests."""
        self._thread.start()

    def stop(self, grace: float = 0.0) -> None:  # noqa: ARG002 - nobody waits for it
        """End once the request at work is done; its answer is not reported any more."""
        with self._news:
            self._stopped = True
            self._news.notify()

    def ask(self, request: Request) -> None:
        """Work on this next."""
        with self._news:
            self._requests = [request]
            self._news.notify()

    def _run(self) -> None:
        while not self._stopped:
            report = self._answer()
            if report is not None and not self._stopped:
                self._post(report)
            del report  # the request and the result may be large: do not keep them

    def _answer(self) -> Report | None:
        request = self._next()
        if request is None:
            return None
        try:
            result = self.work(request)
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence leaves a screen that waits
            return crash(error)
        return None if result is None else Report(partial(self.take, result), self if self.only_latest else None)

    def _next(self) -> Request | None:
        with self._news:
            self._news.wait_for(lambda: self._stopped or self._requests)
            start = time.monotonic()
            while not self._stopped and (rest := start + self.patience(self._requests[0]) - time.monotonic()) > 0:
                self._news.wait(rest)
            return None if self._stopped else self._requests.pop()
