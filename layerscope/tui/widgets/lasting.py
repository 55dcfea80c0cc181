"""`Lasting`: a notification that may expire at any moment."""

from dataclasses import dataclass

from textual.notifications import Notification

_SHORTEST = 0.05
"""Seconds."""


@dataclass
class Lasting(Notification):
    """A notification whose rest of time is never negative.

    Textual shows each notification for its rest of time. A timer of a negative time never ends, and nothing else runs.
    """

    @property
    def time_left(self) -> float:
        """The seconds until it expires; a moment if it has expired."""
        return max(super().time_left, _SHORTEST)

    @property
    def has_expired(self) -> bool:
        """Whether it is not to be shown any more."""
        return super().time_left <= 0
