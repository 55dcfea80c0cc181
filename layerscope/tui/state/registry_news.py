"""What the registry of a screen has said: that the client has to wait, and how many requests it allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.registry.http.countdown import Countdown
from layerscope.registry.http.events import Notice, Waiting
from layerscope.registry.http.rate_limit import in_words

if TYPE_CHECKING:
    from layerscope.registry.http.events import RegistryEvent


class RegistryNews:
    """The wait that goes on, counted down, and the rate limit in words, empty if the registry names none."""

    def __init__(self) -> None:
        self.countdown = Countdown()
        self.limit = ""

    def take(self, event: RegistryEvent) -> str:
        """Keep what lasts; returns what is to be said once, empty for nothing."""
        if isinstance(event, Notice):
            return event.text
        if isinstance(event, Waiting):
            self.countdown.start(event)
        else:
            self.limit = in_words(event)
        return ""
