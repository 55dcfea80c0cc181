"""Which address stands behind the domain of a reference, and whether it may be spoken to in plain HTTP.

The rule: https for every host. Plain HTTP only for this machine's loopback (`localhost`, 127.0.0.0/8, ::1) where the
server does not speak TLS, and for hosts that the user named with `--plain-http` or `--insecure`. A certificate that is
not trusted never leads to plain HTTP.
"""

from __future__ import annotations

import contextlib
import enum
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.oci.reference import DOCKER_HUB
from layerscope.registry.addresses import is_loopback, split_port
from layerscope.registry.tls import TlsSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DOCKER_HUB_HOST = "registry-1.docker.io"
PROBE_TIMEOUT = 2.0
"""Seconds that a server on loopback has to answer a TLS hello; each real one needs less than a millisecond."""

_TLS_RECORDS = frozenset({0x15, 0x16})
"""Alert and handshake: the first byte of whatever a TLS server answers (RFC 8446 section 5.1)."""


class Protocol(enum.Enum):
    """What a server turned out to speak."""

    TLS = "TLS"
    PLAIN = "plain HTTP"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the registry of a domain answers; `host` has the port, if one was said."""

    domain: str
    scheme: str
    host: str

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"{self.scheme}://{self.host}"


@dataclass(frozen=True, slots=True)
class HostOptions:
    """What the user allows; hosts are `host[:port]` as in references."""

    plain_http: frozenset[str] = frozenset()
    """Hosts that are spoken to in plain HTTP at once."""
    insecure: frozenset[str] = frozenset()
    """Hosts whose certificate is not checked, and which may speak plain HTTP."""
    ca_files: tuple[Path, ...] = ()


def probe(host: str) -> Protocol:
    """What a server speaks: it gets a TLS hello, and its first byte tells.

    The empty lines after the hello make servers that wait for the end of an HTTP request line answer at once.
    """
    name, port = split_port(host)
    try:
        with socket.create_connection((name, port or 443), timeout=PROBE_TIMEOUT) as connection:
            return _first_answer(connection)
    except (OSError, UnicodeError):
        return Protocol.UNKNOWN


def _first_answer(connection: socket.socket) -> Protocol:
    try:
        connection.sendall(_tls_hello() + b"\r\n\r\n")
        first = connection.recv(1)
    except TimeoutError:
        return Protocol.UNKNOWN
    except ConnectionError:
        return Protocol.PLAIN
    return Protocol.TLS if first and first[0] in _TLS_RECORDS else Protocol.PLAIN


def _tls_hello() -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    hello = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), hello).do_handshake()
    return hello.read()


class Hosts:
    """The endpoints of domains; what a host was found to speak is remembered. May be used by several threads."""

    def __init__(self, options: HostOptions | None = None, probe: Callable[[str], Protocol] = probe) -> None:
        self.options = options or HostOptions()
        self._probe = probe
        self._plain: dict[str, bool] = {}
        self._lock = threading.Lock()

    def endpoint(self, domain: str) -> Endpoint:
        """The endpoint of a reference's domain."""
        host = DOCKER_HUB_HOST if domain == DOCKER_HUB else domain
        return Endpoint(domain, "http" if self._speaks_plain(host) else "https", host)

    def tls(self, host: str) -> TlsSettings:
        """How `host[:port]` is trusted."""
        return TlsSettings(verify=host not in self.options.insecure, ca_files=self.options.ca_files)

    def _speaks_plain(self, host: str) -> bool:
        if host in self.options.plain_http:
            return True
        if not is_loopback(host) and host not in self.options.insecure:
            return False
        with self._lock:
            if host not in self._plain:
                found = self._probe(host)
                if found is Protocol.UNKNOWN:
                    return False
                self._plain[host] = found is Protocol.PLAIN
            return self._plain[host]
