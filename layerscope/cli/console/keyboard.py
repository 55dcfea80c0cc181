"""Questions before something is replaced or deleted; `--yes` answers them in a script.

If standard input is a password or an image, the answers come from the terminal itself.
"""

import os
import sys

import click

from layerscope.errors import UsageError


def confirm(question: str, *, yes: bool, word: str = "") -> bool:
    """Whether the user agrees: with `yes`, by typing `y`, or by typing exactly `word`, if there is one.

    Raises `UsageError` if there is no terminal.
    """
    if yes:
        return True
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        message = f"this would {question}, and there is no terminal to ask on"
        raise UsageError(message, hint="to answer yes, use `--yes`")
    if not word:
        return click.confirm(question, default=False, err=True)
    answer: str = click.prompt(f"{question}\ntype `{word}` to continue", default="", show_default=False, err=True)
    return answer.strip() == word


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
