"""The one place where errors become what the user reads: `error: ...`, `hint: ...` and an exit code."""

from __future__ import annotations

import errno
import os
import re
import traceback
from dataclasses import dataclass

import click

from layerscope.cli.console.exit_codes import TROUBLE
from layerscope.cli.console.output import write_error
from layerscope.cli.console.signals import Stopped
from layerscope.display import display
from layerscope.errors import Cancelled, LayerscopeError

DEBUG = "LAYERSCOPE_DEBUG"
_DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})
"""What writing may meet that was translated nowhere: help and version are printed by click itself."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What the user is told, and how the program ends."""

    message: str
    hint: str | None = None
    exit_code: int = TROUBLE


def failure_of(error: BaseException) -> Failure:
    """What to say about an error that ends the command."""
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
            return Failure(write_error(error).message)
        case _:
            return _unexpected(error)


def _of_usage(error: click.ClickException) -> Failure:
    """Click's sentence in our shape: no capital, no full stop, what the user typed in backticks."""
    message, *_ = display(error.format_message()).partition(" Did you mean")
    message = re.sub(r"'([^']*)'", r"`\1`", message.partition(" (Did you mean")[0]).rstrip(".")
    return Failure(message[:1].lower() + message[1:], _usage_hint(error))


def _usage_hint(error: click.ClickException) -> str | None:
    near = getattr(error, "possibilities", None)
    if near:
        return f"did you mean {' or '.join(f'`{name}`' for name in sorted(near))}?"
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"see `{context.command_path} --help`" if context else None


def _unexpected(error: BaseException) -> Failure:
    """An error of ours. Its text is not repeated: nobody knows what is in it."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    location = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119 - a name is enough
    return Failure(
        f"unexpected {type(error).__name__}{location}: this is a fault in layerscope",
        f"set {DEBUG}=1 to see where it came from",
    )
