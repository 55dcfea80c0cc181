"""The keyboard of a user whose standard input is a password or an image."""

import os

STDIN = 0
_TERMINAL = "/dev/tty"
"""The controlling terminal of the process, even if no stream is a terminal (POSIX, "Controlling Terminal")."""


def is_there() -> bool:
    """Whether the process has a controlling terminal."""
    try:
        os.close(os.open(_TERMINAL, os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def put_on_stdin() -> int:
    """Make the keyboard standard input; returns a file descriptor of the previous standard input.

    If standard input already is a terminal, nothing changes.
    """
    if os.isatty(STDIN):
        return STDIN
    before = os.dup(STDIN)
    terminal = os.open(_TERMINAL, os.O_RDWR | os.O_CLOEXEC)
    os.dup2(terminal, STDIN)
    os.close(terminal)
    return before
