"""What the registry of a screen has told: that it is waited for, and how many requests it allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.registry.http.countdown import Countdown
from layerscope.registry.http.events import Notice, Waiting

if TYPE_CHECKING:
    from layerscope.registry.http.events import RateLimit, RegistryEvent


class RegistryNews:
    """The wait that goes on, counted down, and the rate limit, None where none is told."""

    def __init__(self) -> None:
        self.countdown = Countdown()
        self.limit: RateLimit | None = None

    def take(self, event: RegistryEvent) -> str:
        """Keep what lasts, and give what is to be said once, empty where that is nothing."""
        if isinstance(event, Notice):
            return event.text
        if isinstance(event, Waiting):
            self.countdown.start(event)
        else:
            self.limit = event
        return ""
