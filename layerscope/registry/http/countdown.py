"""A countdown to the next try, in words."""

import time
from collections.abc import Callable

from layerscope.registry.http.events import Waiting


class Countdown:
    """Counts down to the next try, for a line of progress; the latest wait replaces the one before.

    May be used by several threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wait: tuple[Waiting, float] | None = None

    def start(self, wait: Waiting) -> None:
        """Count down this wait."""
        self._wait = wait, self._clock() + wait.seconds

    def stop(self) -> None:
        """End the countdown."""
        self._wait = None

    @property
    def words(self) -> str:
        """As in "again in 7 s: `host` is overloaded", which may be cut at its end; empty without a wait."""
        if (wait := self._wait) is None:
            return ""
        event, end = wait
        left = end - self._clock()
        return f"again in {max(round(left), 1)} s: `{event.host}` {event.reason}" if left > 0 else ""
