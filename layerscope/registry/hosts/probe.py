"""Find out whether a server speaks TLS; without a proxy this takes no request and no wait."""

import enum
import socket
import ssl
from contextlib import closing, suppress

from layerscope.errors import RegistryError, TransportError
from layerscope.registry.http.addresses import split_port
from layerscope.registry.http.failures import NotTls
from layerscope.registry.http.proxies import proxy_for
from layerscope.registry.http.tls import TlsSettings
from layerscope.registry.http.transport import Request, Transport

PROBE_TIMEOUT = 2.0
"""Seconds to wait for the answer to a TLS hello; on loopback it takes less than a millisecond."""

_TLS_RECORDS = frozenset({0x15, 0x16})
"""Alert and handshake: the first byte of the answer of a TLS server (RFC 8446 section 5.1)."""


class Protocol(enum.Enum):
    """The protocol that a server speaks."""

    TLS = "TLS"
    PLAIN = "plain HTTP"
    UNKNOWN = "unknown"


def probe(host: str) -> Protocol:
    """The protocol of a server, through the proxy that a request would use."""
    return _through_proxy(host) if proxy_for("https", host) else _directly(host)


def _through_proxy(host: str) -> Protocol:
    """Send a request without a login, follow no redirect, and ignore the certificate."""
    with closing(Transport(lambda _host: TlsSettings(verify=False))) as transport:
        try:
            transport.send(Request("HEAD", f"https://{host}/v2/", guard=_refuse_redirect)).close()
        except NotTls:
            return Protocol.PLAIN
        except TransportError:
            return Protocol.UNKNOWN
        except RegistryError:
            return Protocol.TLS
    return Protocol.TLS


def _refuse_redirect(_url: str) -> None:
    raise RegistryError("a redirect is an answer")


def _directly(host: str) -> Protocol:
    """Send a TLS hello; the first byte of the answer decides.

    After the empty lines, a server that waits for the end of an HTTP request answers at once.
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
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), hello).do_handshake()
    return hello.read()
