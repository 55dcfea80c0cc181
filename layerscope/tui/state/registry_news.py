"""What a screen knows from its registry: that the client has to wait, and the rate limit."""

from layerscope.registry.http.events import Countdown, Notice, RegistryEvent, Waiting, in_words


class RegistryNews:
    """The countdown of a wait, and the rate limit in words; empty if the registry names none."""

    def __init__(self) -> None:
        self.countdown = Countdown()
        self.limit = ""

    def take(self, event: RegistryEvent) -> str:
        """Keep what lasts; returns the words of a passing event, or an empty text."""
        if isinstance(event, Notice):
            return event.text
        if isinstance(event, Waiting):
            self.countdown.start(event)
        else:
            self.limit = in_words(event)
        return ""
