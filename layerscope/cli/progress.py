"""Progress of a load on standard error, if that is a terminal: a bar a layer in flight and one for all, then wiped."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from layerscope.loading import ImageResolved, LayerLoaded
from layerscope.report.cells import cut
from layerscope.report.sizes import natural_size

if TYPE_CHECKING:
    from layerscope.loading import LoadEvent
    from layerscope.oci.image import Image

_PATIENCE = 0.3
"""Seconds before the first bar: what is over by then needs none."""
_PAUSE = 0.1
_BAR_CELLS = 24
_WIPE = "\r\x1b[J"
"""To the start of the line, and clear to the end of the screen (ECMA-48 ED)."""


class LoadProgress:
    """Draws while the context lasts; `show` takes the events of a load, from any thread."""

    def __init__(self) -> None:
        self._active = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._lock = threading.Lock()
        self._image: Image | None = None
        self._received: dict[int, int] = {}
        self._finished: set[int] = set()
        self._drawn_lines = 0
        self._next_time = time.monotonic() + _PATIENCE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        with self._lock:
            self._active = False
            self._draw([])

    def show(self, event: LoadEvent) -> None:
        """Note what happened, and draw, though no more than ten times a second."""
        with self._lock:
            if not self._active:
                return
            self._note(event)
            if time.monotonic() >= self._next_time:
                self._draw(progress_lines(self._image, self._received, self._finished))
                self._next_time = time.monotonic() + _PAUSE

    def _note(self, event: LoadEvent) -> None:
        if isinstance(event, ImageResolved):
            self._image = event.image
        elif isinstance(event, LayerLoaded):
            self._received[event.number] = event.content.blob_size
            self._finished.add(event.number)
        else:
            self._received[event.number] = event.received_size

    def _draw(self, lines: list[str]) -> None:
        if not lines and not self._drawn_lines:
            return
        up = f"\x1b[{self._drawn_lines - 1}A" if self._drawn_lines > 1 else ""
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(up + _WIPE + "\n".join(cut(line, width) for line in lines))
        sys.stderr.flush()
        self._drawn_lines = len(lines)


def progress_lines(image: Image | None, received: dict[int, int], finished: set[int]) -> list[str]:
    """A line for each layer in flight, and one for the whole image."""
    if image is None:
        return []
    sizes = [layer.descriptor.size for layer in image.layers]
    flying = [number for number in sorted(received) if number not in finished]
    lines = [_line(f"layer {number}", received[number], sizes[number]) for number in flying]
    return [*lines, _line(f"{len(finished)} of {len(sizes)} layers", sum(received.values()), sum(sizes))]


def _line(label: str, received: int, size: int) -> str:
    filled = min(received * _BAR_CELLS // size, _BAR_CELLS) if size else _BAR_CELLS
    bar = "#" * filled + " " * (_BAR_CELLS - filled)
    return f"{label:<14} [{bar}] {natural_size(received):>7} of {natural_size(size)}"
