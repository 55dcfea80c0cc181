"""Telling a slow connection from one that is dead but drips: httpx knows no total time-out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from layerscope.errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WINDOW = 30.0
"""Seconds of waiting after which the rate is judged."""
MIN_RATE = 512
"""Bytes a second; a modem of the last century is ten times as fast."""


def watch(chunks: Iterator[bytes], host: str, clock: Callable[[], float] = time.monotonic) -> Iterator[bytes]:
    """The same chunks; raises `TransportError` if they come too slowly.

    Only the time that the network takes counts: a reader that is slow itself never lets a transfer look dead.
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
                raise TransportError(f"`{host}` sends less than {MIN_RATE} bytes a second: given up")
            waited, received = 0.0, 0
        yield chunk
