"""Slow work beside the main thread, so that ctrl+c is answered at once, however silent a server is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

from layerscope.loading import Cancellation

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
GRACE = 0.5
"""Seconds that interrupted work has to close what it opened; after that the program ends without it."""


def interruptible(work: Callable[[Cancellation], Result], close: Callable[[], None] = lambda: None) -> Result:
    """What `work` returns or raises. An interrupt sets its cancellation, calls `close`, and passes on."""
    cancellation = Cancellation()
    executor = ThreadPoolExecutor(1, thread_name_prefix="work")
    future = executor.submit(work, cancellation)
    try:
        return future.result()
    except BaseException:
        cancellation.cancel()
        close()
        wait([future], GRACE)
        raise
    finally:
        executor.shutdown(wait=False)
