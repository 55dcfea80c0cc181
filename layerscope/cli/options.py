"""Arguments and options that several commands share."""

from __future__ import annotations

import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from layerscope.cli.opening import Connection, ImageRequest
from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.oci.platform import Platform
from layerscope.oci.reference import parse_domain

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")


def image_command(function: Callable[..., None]) -> Callable[..., None]:
    """The argument IMAGE and the options on how to reach it; the function gets an `ImageRequest` before its own."""

    @wraps(function)
    def command(
        image: str,
        platform: Platform | None,
        connection: Connection,
        *,
        foreign_layers: bool,
        no_cache: bool,
        **own: Any,
    ) -> None:
        function(ImageRequest(image, platform, connection, foreign_layers, uses_cache=not no_cache), **own)

    foreign = click.option("--foreign-layers", is_flag=True, help="Get foreign layers from where the manifest says.")
    cache = click.option("--no-cache", is_flag=True, help="Read all layers anew, and keep nothing of them.")
    return click.argument("image")(platform_option(connection_options(foreign(cache(command)))))


def platform_option(function: Function) -> Function:
    """`--platform`: which image of an index."""
    return click.option(
        "--platform",
        callback=lambda _context, _parameter, value: Platform.parse(value) if value else None,
        metavar="OS/ARCH[/VARIANT]",
        help="Which image of an index, as in linux/arm64.",
    )(function)


def connection_options(function: Callable[..., None]) -> Callable[..., None]:
    """How to reach registries, and `-v`; the function gets a `Connection` as `connection`."""

    @wraps(function)
    def command(
        plain_http: tuple[str, ...],
        insecure: tuple[str, ...],
        ca_file: tuple[Path, ...],
        username: str,
        password_stdin: bool,  # noqa: FBT001 - click passes it by name
        **own: Any,
    ) -> None:
        password = _password(username) if _wants_password(username, asked=password_stdin) else ""
        function(connection=Connection(plain_http, insecure, ca_file, username, password), **own)

    options = (
        _host_option("--plain-http", "Speak plain HTTP to this host."),
        _host_option("--insecure", "Do not check the certificate of this host; allow plain HTTP."),
        click.option("--ca-file", type=click.Path(path_type=Path), multiple=True, help="Trust this authority too."),
        click.option("--username", default="", help="Log in to the image's registry by this name."),
        click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
        verbose_option,
    )
    decorated: Callable[..., None] = command
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def _wants_password(username: str, *, asked: bool) -> bool:
    if bool(username) != asked:
        raise UsageError("a login needs both `--username` and `--password-stdin`")
    return asked


def _password(username: str) -> str:
    """The first line of standard input; raises `UsageError` where there is none."""
    line = sys.stdin.readline() if sys.stdin else ""
    if not line.rstrip("\r\n"):
        raise UsageError(f"there is no password for `{display(username, limit=100)}` on standard input")
    return line.rstrip("\r\n")


def _host_option(name: str, summary: str) -> Callable[[Function], Function]:
    return click.option(
        name,
        multiple=True,
        callback=lambda _context, _parameter, values: tuple(map(parse_domain, values)),
        metavar="HOST[:PORT]",
        help=summary,
    )


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
