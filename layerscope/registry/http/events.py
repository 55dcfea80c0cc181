"""Events of a client at work, for a countdown, a status line or a log; all text in them is safe to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """The next try at `host` starts in so many seconds."""

    host: str
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be shown once: a registry's warning, a setting that cannot be read, a mirror that fails."""

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
"""Called from whatever thread the event is in."""


def ignore(_event: RegistryEvent) -> None:
    """The listener that does nothing."""
