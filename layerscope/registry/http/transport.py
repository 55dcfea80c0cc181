"""HTTP for registries: no cookies, no decoding, checked redirects, errors in one sentence.

It uses the connection pools of httpx without the client of httpx, which would store cookies, decode content, log whole
signed URLs and follow redirects as browsers do.
"""

import logging
import socket
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from layerscope import __version__
from layerscope.display import display
from layerscope.errors import Cancelled, RegistryError, UsageError
from layerscope.registry.http.addresses import origin, shown_host, web_url
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.failures import FOREIGN_ERRORS, translate
from layerscope.registry.http.lean_httpx import httpx
from layerscope.registry.http.proxies import proxy_for
from layerscope.registry.http.tls import TlsSettings, ssl_context

_log = logging.getLogger(__name__)

USER_AGENT = f"layerscope/{__version__}"
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 30.0
MAX_REDIRECTS = 10
MAX_CONNECTIONS = 16
"""Per client: more than the layers read at once, so that no request waits for the end of a blob."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_TLS = TlsSettings(verify=False)
_TIMEOUT = httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT)
_NEVER_ACROSS_ORIGINS = frozenset({"authorization", "cookie"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `guard` is called with the target of each redirect, and raises if it must not be followed."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    guard: Callable[[str], None] | None = None


class Transport:
    """Connection pools. May be used by several threads; `close` ends their waits."""

    def __init__(
        self, tls: Callable[[str], TlsSettings] = lambda _host: TlsSettings(), http: httpx.BaseTransport | None = None
    ) -> None:
        """`tls` returns the settings of a `host[:port]`; `http` stands in for the network in tests."""
        self._tls = tls
        self._http = http
        self._pools: dict[tuple[TlsSettings, str | None], httpx.BaseTransport] = {}
        self._lock = threading.Lock()
        self._streams: weakref.WeakSet[Any] = weakref.WeakSet()
        self._closed = threading.Event()
        _silence_libraries()

    def send(self, request: Request) -> Answer:
        """The answer to a request, with its body unread: close it, or use it as a context.

        GET and HEAD follow up to 10 redirects to http and https; only the same origin gets the credential again. Raises
        `TransportError`, and `RegistryError` if a redirect cannot be followed.
        """
        first = request
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._send_once(request)
            answer.redirected = request is not first
            if answer.status not in _REDIRECTS or request.method not in ("GET", "HEAD"):
                return answer
            answer.close()
            request = _redirected(request, answer)
        raise RegistryError(f"`{shown_host(first.url)}` redirects more than {MAX_REDIRECTS} times")

    def pause(self, seconds: float) -> None:
        """Wait `seconds`; raises `Cancelled` if the transport is closed meanwhile."""
        if self._closed.wait(seconds):
            raise Cancelled

    def close(self) -> None:
        """Close all connections; threads that wait for them get `Cancelled` at once."""
        with self._lock:
            self._closed.set()
            for stream in self._streams:
                _shut_down(stream)
            for pool in self._pools.values():
                pool.close()

    def _send_once(self, request: Request) -> Answer:
        host, proxy = shown_host(request.url), _proxy_of(request.url)
        if proxy:
            _log.info("`%s` is reached through the proxy `%s`", host, shown_host(proxy))
        try:
            built = httpx.Request(
                request.method,
                request.url,
                headers={"Accept-Encoding": "identity", "User-Agent": USER_AGENT, **request.headers},
                content=request.content,
                extensions={"trace": self._watch, "timeout": _TIMEOUT.as_dict()},
            )
            response = self._pool(request.url, proxy).handle_request(built)
        except FOREIGN_ERRORS as error:
            if self._closed.is_set():
                raise Cancelled from error
            raise translate(error, host, proxy) from error
        _log.debug("%s `%s`%s: %d", request.method, host, _shown_path(request.url), response.status_code)
        return Answer(response, host, self._closed.is_set)

    def _pool(self, url: str, proxy: str | None) -> httpx.BaseTransport:
        """The pool for the host of a URL; hosts with equal settings share a pool."""
        parts = urlsplit(url)
        settings = self._tls(parts.netloc.rpartition("@")[2]) if parts.scheme == "https" else _NO_TLS
        key = (settings, proxy)
        with self._lock:
            if self._closed.is_set():
                raise Cancelled
            if key not in self._pools:
                self._pools[key] = self._http or _new_pool(*key)
            return self._pools[key]

    def _watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep each new connection: `close` shuts down its socket, which ends the wait of its thread."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            with self._lock:
                self._streams.add(info["return_value"])
                if self._closed.is_set():
                    _shut_down(info["return_value"])


def _shown_path(url: str) -> str:
    """The path of a request to a registry; the path on another server may be a secret."""
    path = urlsplit(url).path
    return f" {display(path, limit=200)}" if path.startswith("/v2/") else ""


def _proxy_of(url: str) -> str | None:
    parts = urlsplit(url)
    return proxy_for(parts.scheme, parts.netloc.rpartition("@")[2])


def _new_pool(settings: TlsSettings, proxy: str | None) -> httpx.BaseTransport:
    limits = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS)
    context = ssl_context(settings)
    try:
        return httpx.HTTPTransport(verify=context, trust_env=False, proxy=proxy, limits=limits)
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        raise UsageError(
            "the proxy in the environment cannot be used", hint="check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY"
        ) from error


def _redirected(request: Request, answer: Answer) -> Request:
    """The request to the target of a redirect (RFC 9110 section 15.4)."""
    location = answer.headers.get("location", "")
    try:
        url = urljoin(request.url, location)
    except ValueError:
        url = ""
    if not location or not web_url(url):
        raise RegistryError(f"`{answer.host}` redirects to an address that is not http or https", status=answer.status)
    if request.guard:
        request.guard(url)
    if origin(url) == origin(request.url):
        return replace(request, url=url)
    headers = {name: text for name, text in request.headers.items() if name.lower() not in _NEVER_ACROSS_ORIGINS}
    return replace(request, url=url, headers=headers)


def _shut_down(stream: Any) -> None:
    connection = stream.get_extra_info("socket")
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:  # already closed
        return


def _silence_libraries() -> None:
    """Stop the libraries from logging whole URLs and headers: signed URLs and tokens are secrets."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
