"""Turn exceptions into what the user sees: `error: ...`, `hint: ...` and an exit code."""

import errno
import os
import re
import traceback
from dataclasses import dataclass

import click

from layerscope.cli.console import exit_codes, stdout
from layerscope.cli.console.signals import Stopped
from layerscope.display import display
from layerscope.errors import Cancelled, LayerscopeError

DEBUG = "LAYERSCOPE_DEBUG"
_DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})
"""Errors of writing that reach `main` untranslated, because click itself prints help and version."""
_PLAIN_WORDS = (
    (r"Got unexpected extra arguments? \(([^ ]*).*\)", r"unexpected argument `\1`"),
    (r"No such command", "no command"),
    (r"is not a valid integer range", "is not a whole number"),
    (r"(-?\d+) is not in the range (\d+) or more", r"`\1` is less than \2"),
)
"""Messages of click, and plainer words for them."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The error message, the hint and the exit code."""

    message: str
    hint: str | None = None
    exit_code: int = exit_codes.TROUBLE


def failure_of(error: BaseException) -> Failure:
    """The failure to show for an error that ends the command."""
    match error:
        case Stopped():
            return Failure(error.message, exit_code=error.exit_code)
        case KeyboardInterrupt() | Cancelled() | click.Abort():
            return Failure("interrupted")
        case click.ClickException():
            return _of_usage(error)
        case LayerscopeError():
            return Failure(error.message, error.hint)
        case OSError() if error.errno in _DISK_TROUBLE and error.filename is None:
            return Failure(stdout.write_error(error).message)
        case _:
            return _unexpected(error)


def _of_usage(error: click.ClickException) -> Failure:
    """Click's message in our form: no capital, no full stop, user input in backticks."""
    message, *_ = display(error.format_message()).partition(" Did you mean")
    message = re.sub(r"'([^']*)'", r"`\1`", message.partition(" (Did you mean")[0]).rstrip(".")
    for pattern, words in _PLAIN_WORDS:
        message = re.sub(pattern, words, message)
    return Failure(message[:1].lower() + message[1:], _usage_hint(error))


def _usage_hint(error: click.ClickException) -> str | None:
    near = getattr(error, "possibilities", None)
    if near:
        return f"did you mean {' or '.join(f'`{name}`' for name in sorted(near))}?"
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"see `{context.command_path} --help`" if context else None


def _unexpected(error: BaseException) -> Failure:
    """A bug. Its text is not shown, because it may contain a secret."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    location = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119 - a name is enough
    return Failure(
        f"unexpected {type(error).__name__}{location}: this is a bug in layerscope",
        f"set {DEBUG}=1 for a traceback",
    )
