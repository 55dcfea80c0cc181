"""What is said to the user beside the data, on standard error: lines that stay, and progress that is wiped again."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIPE = "\r\x1b[J"
"""To the start of the line, and clear to the end of the screen (ECMA-48 ED)."""


class _Talk:
    """Standard error; the lock keeps lines of several threads apart, and from the progress below them."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._drawn_count = 0
        self.is_drawing = True

    def say(self, kind: str, message: str) -> None:
        with self._lock:
            self.draw(())
            self._write(f"{kind}: {message}\n")

    def draw(self, lines: Sequence[str]) -> None:
        with self._lock:
            if not lines and not self._drawn_count:
                return
            up = f"\x1b[{self._drawn_count - 1}A" if self._drawn_count > 1 else ""
            self._write(up + _WIPE + "\n".join(lines))
            self._drawn_count = len(lines)

    def end_line(self) -> None:
        with self._lock:
            self.draw(())
            self._write("\n")

    def _write(self, text: str) -> None:
        if sys.stderr is None:
            return
        with contextlib.suppress(OSError):  # a terminal that is gone has no one left to tell
            sys.stderr.write(text)
            sys.stderr.flush()


_talk = _Talk()


def error(message: str, hint: str | None = None) -> None:
    """What went wrong, and on a line of its own what to do about it; both are safe for display."""
    _talk.say("error", message)
    if hint:
        _talk.say("hint", hint)


def warning(message: str) -> None:
    """What the user should know about data that is printed all the same."""
    _talk.say("warning", message)


def note(kind: str, message: str) -> None:
    """A line of another kind, as `-v` prints them."""
    _talk.say(kind, message)


def end_line() -> None:
    """Start a new line on a terminal, after the `^C` or the question that stands there."""
    if progress_width() is not None:
        _talk.end_line()


def draw(lines: Sequence[str]) -> None:
    """Show these lines of progress in the place of those before; none at all wipes them."""
    _talk.draw(lines)


@contextlib.contextmanager
def without_progress() -> Iterator[None]:
    """No progress while the context lasts: output is on its way, perhaps to the same terminal."""
    _talk.is_drawing = False
    try:
        yield
    finally:
        _talk.is_drawing = True


def progress_width() -> int | None:
    """The columns that a line of progress may take; None where there is no terminal that could show it."""
    if (
        not _talk.is_drawing
        or sys.stderr is None
        or not sys.stderr.isatty()
        or os.environ.get("TERM", "dumb") == "dumb"
    ):
        return None
    return shutil.get_terminal_size().columns - 1
