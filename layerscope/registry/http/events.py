"""Events of a client, for a countdown, a status line or a log; all their text is safe to show.

Warnings (distribution-spec, "Warnings") and rate limits in answers are reported once each. A rate limit is written
`ratelimit-limit: 100;w=21600`, as Docker Hub sends it.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.display import display

if TYPE_CHECKING:
    from layerscope.registry.http.answer import Answer


@dataclass(frozen=True, slots=True)
class Waiting:
    """The next request to `host` is sent in `seconds`; `reason` says what `host` did."""

    host: str
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A text to show once: the warning of a registry, or a setting that cannot be used."""

    text: str


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How many requests a registry allows in `window` seconds (0: it does not say), and how many are left."""

    host: str
    limit: int
    remaining: int | None
    window: int = 0


RegistryEvent = Waiting | Notice | RateLimit
Listener = Callable[[RegistryEvent], None]
"""Called from the thread of the event."""


def ignore(_event: RegistryEvent) -> None:
    """The listener that does nothing."""


_FIELD = re.compile(r"\s*([0-9]{1,9})(?:\s*;\s*w=([0-9]{1,9}))?.*", re.DOTALL)


def rate_limit(answer: Answer) -> RateLimit | None:
    """The limit; None if the answer has none."""
    limit = _FIELD.fullmatch(answer.headers.get("ratelimit-limit", ""))
    if not limit:
        return None
    remaining = _FIELD.fullmatch(answer.headers.get("ratelimit-remaining", ""))
    return RateLimit(answer.host, int(limit[1]), int(remaining[1]) if remaining else None, int(limit[2] or 0))


def in_words(limit: RateLimit) -> str:
    """As in `to 100 in 6 h, 3 left`."""
    hours, minutes = divmod(limit.window // 60, 60)
    span = f" in {hours} h" if hours and not minutes else f" in {limit.window // 60} min" if limit.window >= 60 else ""
    left = "" if limit.remaining is None else f", {limit.remaining} left"
    return f"to {limit.limit}{span}{left}"


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


_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.){0,2000})"')
_ESCAPED = re.compile(r"\\(.)")
_SHOWN_LENGTH = 300
_MAX_REMEMBERED = 1000
"""A limit for a registry whose warnings are always new."""


class NewEvents:
    """Passes on each event once. May be used by several threads."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._passed_on: set[RegistryEvent] = set()
        self._lock = threading.Lock()

    def read(self, answer: Answer) -> None:
        """Pass on the new events in the header fields of an answer."""
        events: list[RegistryEvent] = [*_warnings(answer)]
        limit = rate_limit(answer)
        if limit:
            events.append(limit)
        for event in events:
            if self._is_new(event):
                self._listener(event)

    def _is_new(self, event: RegistryEvent) -> bool:
        with self._lock:
            if event in self._passed_on or len(self._passed_on) >= _MAX_REMEMBERED:
                return False
            self._passed_on.add(event)
            return True


def _warnings(answer: Answer) -> list[Notice]:
    quoted = [words for field in answer.headers.get_list("warning") for words in _WARNING.findall(field)]
    shown = [display(_ESCAPED.sub(r"\1", words), limit=_SHOWN_LENGTH) for words in quoted]
    return [Notice(f"`{answer.host}` warns: {words}") for words in shown]
