"""Turn exceptions into what the user sees: `error: ...`, `hint: ...` and an exit code."""

import errno
import os
import re
import shlex
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest

import click
from click.core import ParameterSource

from layerscope.cli.console import exit_codes, stdout
from layerscope.cli.console.signals import Stopped
from layerscope.display import display
from layerscope.errors import Cancelled, LayerscopeError

DEBUG = "LAYERSCOPE_DEBUG"
_DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})
"""Errors of writing that reach `main` untranslated, because click itself prints help and version."""
_PLAIN_WORDS = (
    (r"Got unexpected extra arguments? \(([^ ]*).*\)", r"unexpected argument `\1`"),
    (r"No such command", "there is no command"),
    (r"is not a valid integer range", "is not a whole number"),
    (r"is not a valid boolean.*", "is neither `1` nor `0`"),
    (r"(-?\d+) is not in the range (\d+) or more", r"`\1` is less than \2"),
)
"""Messages of click, and plainer words for them."""
_COMMAND = re.compile(r"`(layerscope (?:blob|catalog|copy|delete|inspect|layers|ls|manifest|push|tags) [^`]*)`")
"""The commands in hints that may ask a registry."""
_CONNECTING = ("--plain-http", "--insecure", "--ca-file", "--authfile", "--tls-verify")
_ADDED_OPTION = re.compile(r"\buse `(--?[a-z][^`]*)`")
_STATE = re.compile(r" --(?:after|layer)[ =]\d+")
"""The option that chooses the state of the image, in both spellings: a second one takes the place of the first."""
_LONGEST_COMMAND = 500
_ALIKE = 0.8
"""How much of a wrong option must be like a right one, so that the hint names it; click proposes more."""


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


def with_command(hint: str, arguments: Sequence[str]) -> str:
    """The hint with the command of the user in the place of `layerscope ...`, and before an option to add.

    Another command of layerscope in the hint gets the options of the connection. A command that is too long to read,
    or that may have a password in it, is not repeated.
    """
    if all(argument.startswith("-") for argument in arguments):
        hint = hint.replace("`layerscope explore --help`", "`layerscope --help`")
    options = display("".join(f" {shlex.join(words)}" for words in _connecting(arguments)))
    hint = _COMMAND.sub(lambda found: f"`{found[1]}{'' if options in found[1] else options}`", hint)
    arguments = _without_creds(arguments)
    if any(map(may_be_secret, arguments)) or "--" in arguments:
        return hint
    command = display(shlex.join(["layerscope", *arguments]))
    if len(command) > _LONGEST_COMMAND:
        return hint

    def added(found: re.Match[str]) -> str:
        others = _STATE.sub("", command) if _STATE.search(f" {found[1]}") else command
        return f"use `{others} {found[1]}`"

    return _ADDED_OPTION.sub(added, hint).replace("layerscope ...", command)


def _connecting(arguments: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The options that say how to connect, without the login."""
    for argument, value in zip_longest(arguments, arguments[1:], fillvalue=""):
        if argument in _CONNECTING:
            yield argument, value
        elif argument.partition("=")[0] in _CONNECTING:
            yield (argument,)


def _without_creds(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--username USER` in the place of `--creds USER`; a password stays in `--creds`."""
    return [
        "--username" if argument == "--creds" and ":" not in value else argument
        for argument, value in zip_longest(arguments, arguments[1:], fillvalue="")
    ]


def may_be_secret(argument: str) -> bool:
    """Whether an argument may have a password, or be followed by one."""
    return argument.startswith("--creds") or ("@" in argument and "@sha" not in argument)


def _of_usage(error: click.ClickException) -> Failure:
    """Click's message in our form: no capital, no full stop, user input in backticks."""
    if isinstance(error, click.BadParameter) and (variable := variable_of(error.param, error.ctx)):
        error.param_hint = f"'{variable}'"
    if isinstance(error, click.MissingParameter) and error.param and isinstance(error.param.type, click.Choice):
        *others, last = error.param.type.choices
        return Failure(f"missing argument: {', '.join(others)} or {last}", _usage_hint(error))
    message, *_ = display(error.format_message()).partition(" Did you mean")
    message = re.sub(r"'([^']*)'", r"`\1`", message.partition(" (Did you mean")[0]).rstrip(".")
    for pattern, words in _PLAIN_WORDS:
        message = re.sub(pattern, words, message)
    return Failure(message[:1].lower() + message[1:], _usage_hint(error))


def variable_of(option: click.Parameter | None, context: click.Context | None) -> str | None:
    """The environment variable that has the value of an option; None if it is on the command line."""
    if context is None or not isinstance(option, click.Option) or not option.name:
        return None
    if context.get_parameter_source(option.name) is not ParameterSource.ENVIRONMENT:
        return None
    return next((name for name in option.envvar or () if os.environ.get(name)), None)


def _usage_hint(error: click.ClickException) -> str | None:
    if isinstance(error, click.BadParameter) and (variable := variable_of(error.param, error.ctx)):
        return f"`unset {variable}`, or set it to another value"
    name, known = getattr(error, "option_name", ""), getattr(error, "possibilities", None)
    if near := get_close_matches(name, known or (), n=2, cutoff=_ALIKE):
        return f"did you mean {' or '.join(f'`{one}`' for one in sorted(near))}?"
    if isinstance(error, click.MissingParameter) and isinstance(error.param, click.Option):
        return f"use `{error.param.opts[0]} {error.param.metavar}`"
    if isinstance(error, click.BadOptionUsage):
        return "see `layerscope help options`"
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
