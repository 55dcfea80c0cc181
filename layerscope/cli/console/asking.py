"""Questions before something is lost: asked on a terminal, answered by `--yes` in a script."""

from __future__ import annotations

import sys

import click

from layerscope.errors import UsageError


def confirm(question: str, *, yes: bool, word: str = "") -> bool:
    """Whether the user wants it: by `--yes`, by `y`, or, where a `word` is to be typed, by exactly that.

    Raises `UsageError` where there is nobody to ask.
    """
    if yes:
        return True
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        raise UsageError(f"{question}: there is no terminal to confirm that on", hint="`--yes` confirms it")
    if not word:
        return click.confirm(question, default=False, err=True)
    answer: str = click.prompt(f"{question}: type `{word}` to go on", default="", show_default=False, err=True)
    return answer.strip() == word
