"""Run slow work in a thread, so that Ctrl+C works at once even if a server is silent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from layerscope.cli.console import talk
from layerscope.cli.console.progress import Progress, State, draw_wait

if TYPE_CHECKING:
    from layerscope.loading import Cancellation

Result = TypeVar("Result")
GRACE = 0.5
"""Seconds that interrupted work has to close its files; after that, the program ends anyway."""
TICK = 0.1
"""Seconds between two updates of the progress."""


def _nothing() -> None:
    pass


def interruptible(
    work: Callable[[Cancellation], Result],
    close: Callable[[], None] = _nothing,
    tick: Callable[[], None] = draw_wait,
) -> Result:
    """Run `work` in a thread; returns or raises what it does. `tick` is called regularly to draw progress.

    On an interrupt, the work is cancelled, `close` is called, and the interrupt is raised again.
    """
    from layerscope.loading import Cancellation

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
    """As `interruptible`, and draw `state` meanwhile; `work` passes its events to its first argument."""
    with Progress(state) as progress:
        return interruptible(partial(work, progress.note), close, progress.draw)


def _run(future: Future[Result], work: Callable[[Cancellation], Result], cancellation: Cancellation) -> None:
    try:
        future.set_result(work(cancellation))
    except BaseException as error:  # noqa: BLE001 - `Future.result` raises it again
        future.set_exception(error)
