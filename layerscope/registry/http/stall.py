"""Detect a connection that is too slow to be alive: httpx has no time-out for a whole body."""

import time
from collections.abc import Callable, Iterator

from layerscope.errors import TransportError

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
