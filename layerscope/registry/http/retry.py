"""Repeat requests to a busy or failing registry (RFC 9110 section 10.2.3, RFC 6585), and give up a stalled answer.

Only GET and HEAD are repeated: a write that failed may have taken effect. httpx has no time-out for a whole body, so
that a connection that is too slow to be alive is detected here.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

from layerscope.errors import TransportError
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.events import Listener, Waiting
from layerscope.registry.http.failures import ConnectionLost
from layerscope.registry.http.transport import Request, Transport

WINDOW = 30.0
"""Seconds of waiting after which the rate is checked."""
MIN_RATE = 512
"""Bytes per second; an old modem is ten times as fast."""


def watch(chunks: Iterator[bytes], host: str, clock: Callable[[], float] = time.monotonic) -> Iterator[bytes]:
    """The same chunks; raises `TransportError` if they come too slowly.

    Only the time of the network counts, not the time of the reader.
    """
    waited, received = 0.0, 0
    while True:
        start = clock()
        chunk = next(chunks, None)
        waited += clock() - start
        if chunk is None:
            return
        received += len(chunk)
        if waited >= WINDOW:
            if received < MIN_RATE * waited:
                raise TransportError(f"`{host}` is too slow: it sends less than {MIN_RATE} bytes per second")
            waited, received = 0.0, 0
        yield chunk


MAX_TRIES = 5
MAX_WAIT = 60.0
"""Seconds, even if the registry asks for more."""
FIRST_WAIT = 0.5

_BUSY = {
    429: "limits the rate of requests",
    500: "failed",
    502: "has an error behind its gateway",
    503: "is overloaded",
    504: "took too long",
}
_SAFE_METHODS = frozenset({"GET", "HEAD"})


class Retrier:
    """Sends requests as a transport does, and repeats them if that may help."""

    def __init__(self, transport: Transport, listener: Listener) -> None:
        self._transport = transport
        self._listener = listener

    def send(self, request: Request) -> Answer:
        """The answer; if all tries fail, the answer of the last one. Raises as `Transport.send` does."""
        for attempt in range(1, MAX_TRIES):
            answer = self._try(request)
            if answer.status not in _BUSY or request.method not in _SAFE_METHODS:
                return answer
            with answer:
                seconds = wait_seconds(answer.headers.get("retry-after"), attempt)
            self.wait(answer.host, seconds, _BUSY[answer.status])
        return self._transport.send(request)

    def wait(self, host: str, seconds: float, reason: str) -> None:
        """Report the wait, then wait; raises `Cancelled`."""
        self._listener(Waiting(host, seconds, reason))
        self._transport.pause(seconds)

    def _try(self, request: Request) -> Answer:
        """One try. A lost connection is opened once more, because servers may close an idle connection at any time."""
        try:
            return self._transport.send(request)
        except ConnectionLost:
            if request.method not in _SAFE_METHODS:
                raise
        return self._transport.send(request)


def wait_seconds(retry_after: str | None, attempt: int, now: Callable[[], float] = time.time) -> float:
    """Seconds to wait after try number `attempt`: the Retry-After field, at most `MAX_WAIT`, else `backoff`."""
    seconds = _seconds(retry_after or "", now)
    if seconds is not None:
        return min(seconds, MAX_WAIT)
    return backoff(attempt)


def backoff(attempt: int) -> float:
    """Seconds to wait after try number `attempt`: twice as long each time, but random, so that clients spread out."""
    return float(min(FIRST_WAIT * 2 ** (attempt - 1), MAX_WAIT) * random.uniform(0.5, 1.0))  # noqa: S311 - no secret


def _seconds(field: str, now: Callable[[], float]) -> float | None:
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", field):
        return float(field)
    try:
        return max(0.0, parsedate_to_datetime(field).timestamp() - now())
    except (ValueError, OverflowError, OSError):
        return None
