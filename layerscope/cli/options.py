"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.oci.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")


def platform_option(function: Function) -> Function:
    """`--platform`: which image of an index."""
    return click.option(
        "--platform",
        callback=lambda _context, _parameter, value: Platform.parse(value) if value else None,
        metavar="OS/ARCH[/VARIANT]",
        help="Which image of an index, as in linux/arm64.",
    )(function)


def verbose_option(function: Function) -> Function:
    """`-v`: tell on standard error what is done; `-vv` tells more."""
    return click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=_be_verbose,
        help="Say on standard error what is being done; -vv says more.",
    )(function)


def layer_option(text: str) -> Callable[[Function], Function]:
    """`--layer N`, with what it is good for; that there is such a layer, the command has to check."""
    return click.option("--layer", type=click.IntRange(min=0), metavar="N", help=text)


def json_option(function: Function) -> Function:
    """`--json`: the facts as rows for another program."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def to_size(_context: click.Context, _parameter: click.Parameter, text: str) -> int:
    """The bytes that the value of an option names."""
    from layerscope.insight.rules import parse_size

    try:
        return parse_size(int(text) if text.isdecimal() else text)
    except ValueError as error:
        raise UsageError(f"`{display(text, limit=100)}` is not a size", hint="as in 20MB or 512KiB") from error


def _be_verbose(context: click.Context, _parameter: click.Parameter, count: int) -> None:
    if not count:
        return
    from layerscope.cli.console.verbosity import be_quiet, be_verbose

    be_verbose(count)
    context.call_on_close(be_quiet)
