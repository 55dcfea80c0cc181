"""Questions before something is replaced or deleted; `--yes` answers them in a script."""

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
        raise UsageError(f"cannot ask to {question}: no terminal", hint="`--yes` confirms it")
    if not word:
        return click.confirm(question, default=False, err=True)
    answer: str = click.prompt(f"{question}: type `{word}` to continue", default="", show_default=False, err=True)
    return answer.strip() == word
