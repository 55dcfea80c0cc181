"""Progress of a load: a bar for each layer in flight, one for all, and what a registry makes us wait for."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from layerscope.cli import talk
from layerscope.loading import ImageResolved, LayerLoaded
from layerscope.report.cells import cut
from layerscope.report.sizes import natural_size

if TYPE_CHECKING:
    from layerscope.loading import LoadEvent
    from layerscope.oci.image import Image

_PATIENCE = 0.3
"""Seconds before the first bar: what is over by then needs none."""
_BAR_CELLS = 24


@dataclass(slots=True)
class LoadState:
    """How far a load is: bytes received by layer number, the layers that are read."""

    image: Image | None = None
    received: dict[int, int] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)

    def note(self, event: LoadEvent) -> None:
        """Take in what happened."""
        if isinstance(event, ImageResolved):
            self.image = event.image
        elif isinstance(event, LayerLoaded):
            self.received[event.number] = event.content.blob_size
            self.finished.add(event.number)
        else:
            self.received[event.number] = event.received_size

    def lines(self) -> list[str]:
        """A line for each layer in flight, and one for the whole image."""
        if self.image is None:
            return []
        sizes = [layer.descriptor.size for layer in self.image.layers]
        flying = [number for number in sorted(self.received) if number not in self.finished]
        lines = [_line(f"layer {number}", self.received[number], sizes[number]) for number in flying]
        total = _line(f"{len(self.finished)} of {len(sizes)} layers", sum(self.received.values()), sum(sizes))
        return [*lines, total]


class LoadProgress:
    """Draws below all else on standard error while the context lasts, if that is a terminal."""

    def __init__(self) -> None:
        self._state = LoadState()
        self._lock = threading.Lock()
        self._start = time.monotonic() + _PATIENCE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        talk.draw(())

    def note(self, event: LoadEvent) -> None:
        """Take in what happened; called from any thread."""
        with self._lock:
            self._state.note(event)

    def draw(self) -> None:
        """Show the state as it is."""
        width = talk.progress_width()
        if width is None or time.monotonic() < self._start:
            return
        with self._lock:
            lines = self._state.lines()
        talk.draw([cut(line, width) for line in lines])


def _line(label: str, received: int, size: int) -> str:
    filled = min(received * _BAR_CELLS // size, _BAR_CELLS) if size else _BAR_CELLS
    bar = "#" * filled + " " * (_BAR_CELLS - filled)
    return f"{label:<14} [{bar}] {natural_size(received):>7} of {natural_size(size)}"
