"""Slow work beside the main thread, so that ctrl+c is answered at once, however silent a server is."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from layerscope.cli.console import talk
from layerscope.cli.console.progress import Progress, State, draw_wait
from layerscope.loading import Cancellation

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
GRACE = 0.5
"""Seconds that interrupted work has to close what it opened; after that the program ends without it."""
TICK = 0.1
"""Seconds between two looks at the progress."""


def _nothing() -> None:
    pass


def interruptible(
    work: Callable[[Cancellation], Result],
    close: Callable[[], None] = _nothing,
    tick: Callable[[], None] = draw_wait,
) -> Result:
    """What `work` returns or raises; `tick` is called from time to time, and what it has drawn is wiped at the end.

    An interrupt sets the cancellation, calls `close`, and passes on.
    """
    cancellation = Cancellation()
    future: Future[Result] = Future()
    thread = threading.Thread(target=_run, args=(future, work, cancellation), name="work", daemon=True)
    try:
        thread.start()
        while not future.done():
            wait([future], TICK)
            tick()
        return future.result()
    except BaseException:
        cancellation.cancel()
        close()
        wait([future], GRACE)
        raise
    finally:
        talk.draw(())


def with_progress(
    state: State, work: Callable[[Callable[[Any], None], Cancellation], Result], close: Callable[[], None]
) -> Result:
    """As `interruptible`, with `state` drawn; the first argument of `work` takes the events for it."""
    with Progress(state) as progress:
        return interruptible(partial(work, progress.note), close, progress.draw)


def _run(future: Future[Result], work: Callable[[Cancellation], Result], cancellation: Cancellation) -> None:
    try:
        future.set_result(work(cancellation))
    except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
        future.set_exception(error)
