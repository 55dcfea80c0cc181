"""How fast bytes arrive."""

from collections import deque

SPAN = 5.0
"""Seconds over which the rate is taken: shorter ones jump, longer ones lag behind."""


class Rate:
    """The bytes a second over the last seconds, from the number of bytes at some times."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, now: float, received_size: int) -> None:
        """Add the number of bytes that had arrived at this time, in seconds."""
        self._samples.append((now, received_size))
        while now - self._samples[0][0] > SPAN:
            self._samples.popleft()

    @property
    def value(self) -> float:
        """Bytes a second; 0 if it is not known yet."""
        if not self._samples:
            return 0.0
        (start, before), (end, after) = self._samples[0], self._samples[-1]
        return (after - before) / (end - start) if end - start >= 1 else 0.0

    def time_left(self, size: int) -> str:
        """In words, how long these bytes take; empty if that is not known."""
        seconds = round(size / self.value) if self.value > 0 else -1
        if seconds < 0:
            return ""
        return f"{seconds} s left" if seconds < 120 else f"{round(seconds / 60)} min left"
