"""Messages to the user on standard error: lines that stay, and progress that is erased again."""

import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

_WIPE = "\r\x1b[J"
"""Move to the start of the line, and clear to the end of the screen (ECMA-48 ED)."""


class _Talk:
    """Standard error; the lock separates the lines of several threads and the progress below them."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._drawn_count = 0
        self.is_drawing = True
        self.is_quiet = False

    def say(self, kind: str, message: str) -> None:
        if self.is_quiet and kind not in ("error", "hint"):
            return
        with self._lock:
            self.draw(())
            self._write(f"{_styled(kind)}: {message}\n")

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
        with contextlib.suppress(OSError):  # nobody reads a closed terminal
            sys.stderr.write(text)
            sys.stderr.flush()


_talk = _Talk()
_STYLES = {"error": 31, "warning": 33, "hint": 36}
"""Numbers in the palette of the terminal (ECMA-48 SGR)."""


def _styled(kind: str) -> str:
    """The first word of a line, styled if the terminal and the variables allow that."""
    number = _STYLES.get(kind)
    return f"\x1b[1;{number}m{kind}\x1b[0m" if number and has_styles() else kind


def has_styles() -> bool:
    """Whether messages are styled: on a terminal, if NO_COLOR is not set, and everywhere with FORCE_COLOR."""
    if os.environ.get("NO_COLOR"):
        return False
    is_terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return bool(os.environ.get("FORCE_COLOR")) or is_terminal


def hush() -> Callable[[], None]:
    """Print only errors and hints; returns a function that ends this."""
    _talk.is_quiet = True

    def end() -> None:
        _talk.is_quiet = False

    return end


def error(message: str, hint: str | None = None) -> None:
    """Print an error, and a hint on a line of its own; both must be safe for display."""
    _talk.say("error", message)
    if hint:
        _talk.say("hint", hint)


def warning(message: str) -> None:
    """Print a warning; it must be safe for display."""
    _talk.say("warning", message)


def note(kind: str, message: str) -> None:
    """Print a line of another kind, for example of the log."""
    _talk.say(kind, message)


def end_line() -> None:
    """Start a new line on a terminal, after a `^C` or a question."""
    if progress_width() is not None:
        _talk.end_line()


def draw(lines: Sequence[str]) -> None:
    """Replace the lines of progress; no lines erase it."""
    _talk.draw(lines)


@contextlib.contextmanager
def without_progress() -> Iterator[None]:
    """Draw no progress in the context, because output may go to the same terminal."""
    _talk.is_drawing = False
    try:
        yield
    finally:
        _talk.is_drawing = True


def progress_width() -> int | None:
    """The columns for a line of progress; None if no terminal can show it."""
    if (
        not _talk.is_drawing
        or _talk.is_quiet
        or sys.stderr is None
        or not sys.stderr.isatty()
        or os.environ.get("TERM", "dumb") == "dumb"
    ):
        return None
    return shutil.get_terminal_size().columns - 1
