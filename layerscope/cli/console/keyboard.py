"""The keyboard of a user whose standard input is something else: a password, or an image."""

from __future__ import annotations

import os

STDIN = 0
_TERMINAL = "/dev/tty"
"""The terminal that a program was started from, whatever its streams are (POSIX, "Controlling Terminal")."""


def is_there() -> bool:
    """Whether the program was started from a terminal that still is there."""
    try:
        os.close(os.open(_TERMINAL, os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def put_on_stdin() -> int:
    """Make the keyboard standard input; gives the file that was it before, for whoever has to read that.

    A standard input that is a terminal stays as it is.
    """
    if os.isatty(STDIN):
        return STDIN
    before = os.dup(STDIN)
    terminal = os.open(_TERMINAL, os.O_RDWR | os.O_CLOEXEC)
    os.dup2(terminal, STDIN)
    os.close(terminal)
    return before
