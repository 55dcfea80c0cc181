"""How to connect to registries: the options, and the client that follows them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from layerscope.cli.options import shared_option, verbose_option
from layerscope.display import display
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.http.events import Listener

Function = TypeVar("Function", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection options; each host is `host[:port]`."""

    plain_http: tuple[str, ...] = ()
    insecure: tuple[str, ...] = ()
    ca_files: tuple[Path, ...] = ()
    username: str = ""
    password: str = field(default="", repr=False)
    offline: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The options as words of a command line, without the login."""
        options = [("--plain-http", host) for host in self.plain_http]
        options += [("--insecure", host) for host in self.insecure]
        options += [("--ca-file", str(path.absolute())) for path in self.ca_files]
        return *chain.from_iterable(options), *(("--offline",) if self.offline else ())

    def client(self, domain: str, listener: Listener | None = None, *, read_only: bool = True) -> RegistryClient:
        """A client with these options. It uses the login for `domain` only.

        The listener gets its events; without a listener, they go to standard error.
        """
        from layerscope.cli.console.listening import show_event
        from layerscope.registry.auth.credentials import Credential
        from layerscope.registry.connect import connect
        from layerscope.registry.hosts.trust import HostOptions

        options = HostOptions(
            plain_http=frozenset(self.plain_http), insecure=frozenset(self.insecure), ca_files=self.ca_files
        )
        given = {domain: Credential(self.username, self.password)} if self.username else {}
        client = connect(options, listener or show_event, given, read_only=read_only)
        client.is_offline = self.offline
        return client


NO_OPTIONS = Connection()


def connection_options(function: Callable[..., None]) -> Callable[..., None]:
    """The connection options and `-v`; the function gets a `Connection` as `connection`."""

    @wraps(function)
    def command(  # noqa: PLR0913 - as many as there are options
        *,
        plain_http: tuple[str, ...],
        insecure: tuple[str, ...],
        ca_file: tuple[Path, ...],
        username: str,
        password_stdin: bool,
        offline: bool,
        **own: Any,
    ) -> None:
        password = _password(username) if _wants_password(username, asked=password_stdin) else ""
        function(connection=Connection(plain_http, insecure, ca_file, username, password, offline), **own)

    options = (
        _host_option("--plain-http", "Use plain HTTP for this host."),
        _host_option("--insecure", "Do not check the certificate of this host, and allow plain HTTP."),
        shared_option(
            "--ca-file", type=click.Path(path_type=Path), multiple=True, help="Also trust this certificate authority."
        ),
        shared_option("--username", default="", help="User name for the registry."),
        shared_option("--password-stdin", is_flag=True, help="Read the password for --username from standard input."),
        shared_option(
            "--offline",
            is_flag=True,
            help="Use only this machine and the cache, no registry. LAYERSCOPE_OFFLINE=1 does the same.",
        ),
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
    """The first line of standard input; raises `UsageError` if it is empty."""
    line = sys.stdin.readline() if sys.stdin else ""
    if not line.rstrip("\r\n"):
        raise UsageError(
            f"standard input has no password for `{display(username, limit=100)}`",
            hint="pipe the password in: `printenv PASSWORD | layerscope ...`",
        )
    return line.rstrip("\r\n")


def _host_option(name: str, summary: str) -> Callable[[Function], Function]:
    return shared_option(
        name,
        multiple=True,
        callback=_domains,
        metavar="HOST[:PORT]",
        help=summary,
    )


def _domains(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from layerscope.oci import parse_domain

    return tuple(map(parse_domain, values))
