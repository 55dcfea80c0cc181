"""Errors of httpx, TLS and sockets, translated into sentences."""

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from types import UnionType

from layerscope.display import display
from layerscope.errors import TransportError
from layerscope.registry.http.addresses import shown_host
from layerscope.registry.http.lean_httpx import httpx

FOREIGN_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)
"""All errors of a request; a host name that IDNA cannot encode is a UnicodeError."""

_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
)

_OTHER_NAME = frozenset({62, 64})
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL."""

_NAME_HINT = "check the name, and the network and DNS of this machine; behind a proxy, set HTTPS_PROXY"

_NETWORK: tuple[tuple[type[Exception] | UnionType, str, str | None], ...] = (
    (httpx.ConnectTimeout, "{host} cannot be reached: no answer in time", None),
    (httpx.TimeoutException, "{host} stopped answering: no data in time", None),
    (socket.gaierror, "{machine} is unknown: its name cannot be resolved", _NAME_HINT),
    (ConnectionRefusedError, "{host} refused the connection", "check the port, and that the registry is running"),
    (httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError, "{host} is not a valid host", None),
)

_SHORT_BODY = re.compile(r"received (\d+) bytes, expected (\d+)")
_NO_ANSWER = "disconnected without sending a response"
"""What httpcore says about a body and an answer that broke off."""

_PROXY_HINT = "check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in the environment"


class ConnectionLost(TransportError):
    """An open connection broke off."""


class NotTls(TransportError):
    """The server does not speak TLS."""


def translate(error: Exception, host: str, proxy: str | None = None) -> TransportError:
    """The error as one sentence about `host` that is safe to show: without path, query and header fields.

    With a proxy, it is the connection to the proxy that failed.
    """
    causes = list(_chain(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _tls(cause, host)
    if proxy and isinstance(error, httpx.ProxyError):
        return TransportError(f"the proxy `{shown_host(proxy)}` refused to connect to `{host}`", hint=_PROXY_HINT)
    to_proxy = proxy is not None and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
    machine = f"the proxy `{shown_host(proxy)}`" if proxy and to_proxy else f"the host `{host}`"
    for cause in causes:
        known = _network(cause, machine)
        if known:
            known.hint = _PROXY_HINT if to_proxy else known.hint
            return known
    return ConnectionLost(f"the connection to `{host}` broke off{_detail(error)}")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _tls(error: ssl.SSLError, host: str) -> TransportError:
    if isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _OTHER_NAME:
        return TransportError(
            f"the certificate of `{host}` is for another host name",
            hint=f"use a name that is in the certificate, or do not check it with `--insecure {host}`",
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return TransportError(
            f"the certificate of `{host}` is not trusted: {display(error.verify_message, limit=200)}",
            hint=f"trust its CA with `--ca-file FILE`, or do not check it with `--insecure {host}`",
        )
    if error.reason in _NOT_TLS:
        return NotTls(f"`{host}` does not speak TLS: it seems to speak HTTP", hint=f"use `--plain-http {host}`")
    reason = (error.reason or "the handshake broke off").replace("_", " ").lower()
    return TransportError(f"cannot open a TLS connection to `{host}`: {display(reason, limit=200)}")


def _network(error: BaseException, machine: str) -> TransportError | None:
    what = machine.removeprefix("the host ")
    for kinds, words, hint in _NETWORK:
        if isinstance(error, kinds):
            return TransportError(words.format(host=what, machine=machine), hint=hint)
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return TransportError(f"{what} cannot be reached: there is no route to it")
    return None


def _detail(error: Exception) -> str:
    """What the HTTP library says about an invalid message, in plain words: it quotes nothing that we sent."""
    if not isinstance(error, httpx.RemoteProtocolError):
        return ""
    if short := _SHORT_BODY.search(str(error)):
        return f" after {int(short[1]):,} of {int(short[2]):,} bytes"
    if _NO_ANSWER in str(error):
        return " before the answer"
    return f": {display(str(error), limit=200).rstrip('.')}"
