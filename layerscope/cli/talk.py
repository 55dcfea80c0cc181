"""What is said to the user beside the data: lines on standard error, each starting with its kind."""

from __future__ import annotations

import contextlib
import sys


def error(message: str, hint: str | None = None) -> None:
    """What went wrong, and on a line of its own what to do about it; both are safe for display."""
    _say("error", message)
    if hint:
        _say("hint", hint)


def warning(message: str) -> None:
    """What the user should know about data that is printed all the same."""
    _say("warning", message)


def _say(kind: str, message: str) -> None:
    if sys.stderr is None:
        return
    with contextlib.suppress(OSError):  # a closed terminal has no one left to tell
        sys.stderr.write(f"{kind}: {message}\n")
        sys.stderr.flush()
