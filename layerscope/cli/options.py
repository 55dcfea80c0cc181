"""Arguments and options that several commands share."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from layerscope.cli.opening import Connection, ImageRequest
from layerscope.oci.platform import Platform
from layerscope.oci.reference import parse_domain

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")


def image_command(function: Callable[..., None]) -> Callable[..., None]:
    """The argument IMAGE and the options on how to reach it; the function gets an `ImageRequest` before its own."""

    @wraps(function)
    def command(
        image: str, platform: Platform | None, plain_http: tuple[str, ...], insecure: tuple[str, ...], **own: Any
    ) -> None:
        function(ImageRequest(image, platform, Connection(plain_http, insecure)), **own)

    return click.argument("image")(platform_option(connection_options(verbose_option(command))))


def platform_option(function: Function) -> Function:
    """`--platform`: which image of an index."""
    return click.option(
        "--platform",
        callback=lambda _context, _parameter, value: Platform.parse(value) if value else None,
        metavar="OS/ARCH[/VARIANT]",
        help="Which image of an index, as in linux/arm64.",
    )(function)


def connection_options(function: Function) -> Function:
    """`--plain-http` and `--insecure`: what is allowed for which host."""
    plain_http = _host_option("--plain-http", "Speak plain HTTP to this host.")
    insecure = _host_option("--insecure", "Do not check the certificate of this host; allow plain HTTP.")
    return plain_http(insecure(function))


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


def json_option(function: Function) -> Function:
    """`--json`: the facts as rows for another program."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def _be_verbose(_context: click.Context, _parameter: click.Parameter, count: int) -> None:
    if not count:
        return
    from layerscope.cli.verbosity import be_verbose

    be_verbose(count)
