"""Progress on standard error, below all other lines: bars, and the countdown of a wait."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

from layerscope.cli.console import talk
from layerscope.cli.console.listening import waiting_lines
from layerscope.report.table import cut, natural_size

if TYPE_CHECKING:
    from layerscope.blobs.copying import BlobOutcome, BlobProgress
    from layerscope.loading import BlobsFound, LoadEvent
    from layerscope.oci import Descriptor

_PATIENCE = 0.3
"""Seconds before the first bar: short work needs no bar."""
_BAR_CELLS = 24


@dataclass(slots=True)
class LoadState:
    """The progress of a load: the sizes of all layers, or of the blobs to verify, and the bytes received of each."""

    sizes: tuple[int, ...] | None = None
    word: str = "layer"
    received: dict[int, int] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)

    def note(self, event: BlobsFound | LoadEvent) -> None:
        """Update the state by an event."""
        from layerscope.loading import BlobsFound, ImageResolved, LayerLoaded

        if isinstance(event, ImageResolved):
            self.sizes = tuple(layer.descriptor.size for layer in event.image.layers)
        elif isinstance(event, BlobsFound):
            self.sizes, self.word = event.sizes, "blob"
        elif isinstance(event, LayerLoaded):
            self.received[event.number] = event.content.blob_size
            self.finished.add(event.number)
        else:
            self.received[event.number] = event.received_size

    def lines(self) -> list[str]:
        """One line per layer that is being read, and one for the whole image."""
        if self.sizes is None:
            return []
        sizes = self.sizes
        flying = [number for number in sorted(self.received) if number not in self.finished]
        lines = [_line(f"{self.word} {number}", self.received[number], sizes[number]) for number in flying]
        total = _line(f"{len(self.finished)} of {len(sizes)} {self.word}s", sum(self.received.values()), sum(sizes))
        return [*lines, total]


@dataclass(slots=True)
class UploadState:
    """The progress of an upload: the bytes sent of each blob, and the outcome of each finished blob."""

    sent: dict[Descriptor, int] = field(default_factory=dict)
    outcomes: dict[Descriptor, BlobOutcome] = field(default_factory=dict)

    def note(self, event: BlobProgress) -> None:
        """Update the state by an event."""
        self.sent[event.descriptor] = event.sent_size
        if event.outcome:
            self.outcomes[event.descriptor] = event.outcome

    def lines(self) -> list[str]:
        """One line per blob that is being sent."""
        flying = [(blob, size) for blob, size in self.sent.items() if blob not in self.outcomes]
        return [_line(blob.digest.encoded[:12], size, blob.size) for blob, size in flying]

    def counts(self) -> dict[str, int]:
        """The number of blobs per outcome."""
        return dict(Counter(outcome.value for outcome in self.outcomes.values()))


@dataclass(slots=True)
class WriteState:
    """The progress of an extraction: `written_size` of `size` bytes."""

    size: int
    written_size: int = 0

    def note(self, event: int) -> None:
        """Update the number of bytes written."""
        self.written_size = event

    def lines(self) -> list[str]:
        """One line."""
        return [_line("written", self.written_size, self.size)]


class State(Protocol):
    """The state that progress is drawn from; each kind of work has its own events."""

    def note(self, event: Any) -> None:
        """Update the state by an event."""

    def lines(self) -> list[str]:
        """The lines to draw."""
        ...


class Progress:
    """Draws a state on standard error in its context, if that is a terminal."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._start = time.monotonic() + _PATIENCE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        talk.draw(())

    def note(self, event: Any) -> None:
        """Update the state by an event; may be called from any thread."""
        with self._lock:
            self._state.note(event)

    def draw(self) -> None:
        """Draw the state."""
        with self._lock:
            lines = self._state.lines() if time.monotonic() >= self._start else []
        _draw(lines)


def draw_wait() -> None:
    """Draw the countdown of a wait, if there is one, for work without other progress."""
    _draw([])


def _draw(lines: list[str]) -> None:
    """Draw these lines and the countdown of a wait below them, if there is a terminal."""
    width = talk.progress_width()
    if width is not None:
        talk.draw([cut(line, width) for line in (*lines, *waiting_lines())])


def _line(label: str, received: int, size: int) -> str:
    filled = min(received * _BAR_CELLS // size, _BAR_CELLS) if size else _BAR_CELLS
    bar = "#" * filled + " " * (_BAR_CELLS - filled)
    return f"{label:<14} [{bar}] {natural_size(received):>7} of {natural_size(size)}"
