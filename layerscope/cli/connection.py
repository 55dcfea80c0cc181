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
    from layerscope.registry.hosts.trust import HostOptions
    from layerscope.registry.http.events import Listener

Function = TypeVar("Function", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection options; each host is `host[:port]`. `reads_stdin` says that standard input was the password."""

    plain_http: tuple[str, ...] = ()
    insecure: tuple[str, ...] = ()
    tls_verify: bool = True
    ca_files: tuple[Path, ...] = ()
    username: str = ""
    password: str = field(default="", repr=False)
    reads_stdin: bool = False
    auth_file: Path | None = None
    offline: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The options as words of a command line, without the login."""
        options = [("--plain-http", host) for host in self.plain_http]
        options += [("--insecure", host) for host in self.insecure]
        options += [("--ca-file", str(path.absolute())) for path in self.ca_files]
        options += [("--authfile", str(self.auth_file.absolute()))] if self.auth_file else []
        options += [] if self.tls_verify else [("--tls-verify", "false")]
        return *chain.from_iterable(options), *(("--offline",) if self.offline else ())

    def client(
        self, domain: str, listener: Listener | None = None, *, read_only: bool = True, others: tuple[str, ...] = ()
    ) -> RegistryClient:
        """A client with these options. It uses the login for `domain` only, but may also ask `others`.

        The listener gets its events; without a listener, they go to standard error.
        """
        from layerscope.cli.console.listening import show_event
        from layerscope.registry.auth.credentials import Credential
        from layerscope.registry.connect import connect

        options = self.host_options(domain, *others)
        given = {domain: Credential(self.username, self.password)} if self.username else {}
        client = connect(options, listener or show_event, given, read_only=read_only, auth_file=self.auth_file)
        client.is_offline = self.offline
        return client

    def host_options(self, *domains: str) -> HostOptions:
        """How to speak to hosts. Without `--tls-verify`, the certificates of these domains are not checked."""
        from layerscope.registry.hosts.trust import HostOptions

        unchecked = () if self.tls_verify else filter(None, domains)
        return HostOptions(
            plain_http=frozenset(self.plain_http),
            insecure=frozenset((*self.insecure, *unchecked)),
            ca_files=self.ca_files,
        )


NO_OPTIONS = Connection()


def connection_options(function: Callable[..., None]) -> Callable[..., None]:
    """The connection options, `-v` and `-q`; the function gets a `Connection` as `connection`."""

    @wraps(function)
    def command(  # noqa: PLR0913 - as many as there are options
        *,
        plain_http: tuple[str, ...],
        insecure: tuple[str, ...],
        tls_verify: bool,
        ca_file: tuple[Path, ...],
        username: str,
        password_stdin: bool,
        creds: str,
        authfile: Path | None,
        offline: bool,
        **own: Any,
    ) -> None:
        user, password = _login(username, creds, from_stdin=password_stdin)
        connection = Connection(
            plain_http, insecure, tls_verify, ca_file, user, password, password_stdin, authfile, offline
        )
        function(connection=connection, **own)

    options = (
        _registry_option(
            "--creds", default="", metavar="USER[:PASSWORD]", help="The login; the program asks for a missing PASSWORD."
        ),
        _registry_option("--username", default="", metavar="USER", help="The user name; asks for the password."),
        _registry_option("--password-stdin", is_flag=True, help="Read the password from standard input."),
        _registry_option("--authfile", type=_FILE, metavar="FILE", help="Use only the logins in this file."),
        _host_option("--plain-http", "Use plain HTTP for this host."),
        _host_option("--insecure", "Do not check the certificate of this host, and allow plain HTTP."),
        _registry_option(
            "--tls-verify",
            type=bool,
            default=True,
            metavar="BOOL",
            help="With false, the same as --insecure for the registry of the image.",
        ),
        _registry_option(
            "--ca-file",
            type=click.Path(path_type=Path),
            multiple=True,
            metavar="FILE",
            help="Also trust this certificate authority.",
        ),
        _registry_option("--offline", is_flag=True, help="Use only this machine and the cache, no registry."),
        verbose_option,
    )
    decorated: Callable[..., None] = command
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _registry_option(name: str, **settings: Any) -> Callable[[Function], Function]:
    return shared_option(name, group="Registry", **settings)


def _login(username: str, creds: str, *, from_stdin: bool) -> tuple[str, str]:
    """The user and the password; at a terminal, a missing password is asked for and not shown."""
    if creds and username:
        raise UsageError("`--creds` and `--username` cannot be combined", hint="leave out `--username`")
    user, colon, password = creds.partition(":") if creds else (username, "", "")
    if not user and (from_stdin or creds):
        raise UsageError("a login needs a user name", hint="add `--username USER`")
    return user, password if colon or not user else _password(user, from_stdin=from_stdin)


def _password(user: str, *, from_stdin: bool) -> str:
    """The password that the user types, or the first line of standard input; raises `UsageError` if it is empty."""
    shown = display(user, limit=100)
    if sys.stdin is not None and sys.stdin.isatty():
        typed: str = click.prompt(f"password of `{shown}`", hide_input=True, err=True)
        return typed
    if not from_stdin:
        raise UsageError(
            f"the password of `{shown}` is missing, and there is no terminal to ask for it",
            hint="pipe the password in: `printenv PASSWORD | layerscope ... --password-stdin`",
        )
    line = sys.stdin.readline() if sys.stdin else ""
    if not line.rstrip("\r\n"):
        raise UsageError(
            f"standard input has no password for `{shown}`",
            hint="pipe the password in: `printenv PASSWORD | layerscope ...`",
        )
    return line.rstrip("\r\n")


def _host_option(name: str, summary: str) -> Callable[[Function], Function]:
    return _registry_option(
        name,
        multiple=True,
        callback=_domains,
        metavar="HOST[:PORT]",
        help=summary,
    )


def _domains(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from layerscope.oci import parse_domain

    return tuple(map(parse_domain, values))
