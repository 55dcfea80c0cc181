"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from layerscope.display import display
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.oci import Platform

Function = TypeVar("Function", bound="Callable[..., Any]")


def shared_option(name: str, *names: str, **settings: Any) -> Callable[[Function], Function]:
    """An option of several commands, which one environment variable sets for all of them: `LAYERSCOPE_PLATFORM`."""
    return click.option(name, *names, envvar=variable(name), **settings)


def variable(*names: str) -> str:
    """The environment variable of an option, by the names of its command and itself: `LAYERSCOPE_FIND_SORT`."""
    return "_".join(("LAYERSCOPE", *(name.strip("-").replace("-", "_").upper() for name in names)))


def name_variables(command: click.Command, *names: str) -> None:
    """Let an environment variable set each option of a command that has these names."""
    for option in command.params:
        if isinstance(option, click.Option) and not isinstance(option.envvar, list):
            own = variable(*names, max(option.opts, key=len))
            option.envvar = [own, *([option.envvar] if isinstance(option.envvar, str) else [])]
    if isinstance(command, click.Group):
        for name, member in command.commands.items():
            name_variables(member, *names, name)


def platform_option(
    function: Function,
    name: str = "--platform",
    summary: str = "If IMAGE is an index, use its image for this platform, for example linux/arm64.",
) -> Function:
    """The image to choose from an index."""
    return shared_option(name, callback=_platform, metavar="OS/ARCH[/VARIANT]", help=summary)(function)


def _platform(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Platform | None:
    from layerscope.oci import Platform

    return Platform.parse(value) if value else None


def verbose_option(function: Function) -> Function:
    """`-v`: log to standard error; `-vv` logs more."""
    return shared_option(
        "--verbose",
        "-v",
        count=True,
        expose_value=False,
        callback=_be_verbose,
        help="Log to standard error; -vv logs more.",
    )(function)


class Number(click.IntRange):
    """A whole number that is not less than `min`."""

    def _describe_range(self) -> str:
        """The range in words, for help and errors; click writes `x>=0`."""
        return f"{self.min} or more"


def layer_option(text: str, name: str = "--layer") -> Callable[[Function], Function]:
    """`--layer N`, or another name, with this help; the command checks that the image has layer N."""
    return click.option(name, type=Number(min=0), metavar="N", help=text)


def only_one(**options: object) -> None:
    """Raise `UsageError` if more than one of these options is set; the keywords are their names."""
    given = [f"`--{name}`" for name, value in options.items() if value is not None and value is not False]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} cannot be combined", hint=f"leave out {' or '.join(given)}")


def json_option(function: Function) -> Function:
    """`--json`: print rows for another program."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def to_size(_context: click.Context, _parameter: click.Parameter, text: str) -> int:
    """The value of an option in bytes."""
    from layerscope.insight.rules import parse_size

    try:
        return parse_size(int(text) if text.isdecimal() else text)
    except ValueError as error:
        raise UsageError(
            f"`{display(text, limit=100)}` is not a size", hint="write a size such as `20MB` or `512KiB`"
        ) from error


def _be_verbose(context: click.Context, _parameter: click.Parameter, count: int) -> None:
    if not count:
        return
    from layerscope.cli.console.verbosity import be_quiet, be_verbose

    be_verbose(count)
    context.call_on_close(be_quiet)
