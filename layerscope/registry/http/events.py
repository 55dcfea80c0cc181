"""Events of a client, for a countdown, a status line or a log; all their text is safe to show."""

from collections.abc import Callable
from dataclasses import dataclass


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
