"""The HTTP API of registries: sends each call to its host, with its login (distribution-spec, "Endpoints")."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from layerscope.display import display
from layerscope.errors import Cancelled, LayerscopeError, Offline, TransportError, UsageError
from layerscope.oci import Reference
from layerscope.registry.auth.authorizer import Access, Authorizer, Grant
from layerscope.registry.auth.credentials import Anonymous, Credentials
from layerscope.registry.auth.refusal import refusal
from layerscope.registry.hosts.hosts import Endpoint, Hosts
from layerscope.registry.http import events
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.events import NewEvents
from layerscope.registry.http.problem import Problem
from layerscope.registry.http.retry import Retrier
from layerscope.registry.http.transport import Request, Transport

_log = logging.getLogger(__name__)

MAX_LOGINS = 3
"""Requests per call: with an expired token, with a token that lacks scopes, and with the right one."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API to a repository; if `repository` is empty, to the registry itself.

    `path` follows `/v2/` and the name of the repository; if it starts with a slash, it follows the host. The token
    needs the `actions` in the repository, and `more_scopes`.
    """

    method: str
    domain: str
    repository: str
    path: str
    actions: str = "pull"
    more_scopes: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)

    @classmethod
    def to(cls, reference: Reference, method: str, path: str, **more: Any) -> Call:
        """A call to the repository of a reference."""
        return cls(method, reference.domain, reference.repository, path, **more)

    def url(self, endpoint: Endpoint) -> str:
        """The URL at that endpoint; for a mirror, it names the registry that is mirrored."""
        if self.path.startswith("/"):
            return endpoint.url + self.path
        namespace = f"?ns={endpoint.mirrored}" if endpoint.mirrored else ""
        repository = f"{endpoint.repository}/" if endpoint.repository else ""
        return f"{endpoint.url}/v2/{repository}{self.path}{namespace}"

    def scopes(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The scopes that the token for this call needs."""
        own = (f"repository:{endpoint.repository}:{self.actions}",) if endpoint.repository else ()
        return own + self.more_scopes


class RegistryClient:
    """Calls any number of registries. May be used by several threads; `close` ends their waits."""

    def __init__(
        self,
        hosts: Hosts | None = None,
        credentials: Credentials | None = None,
        listener: events.Listener = events.ignore,
        *,
        read_only: bool = False,
        transport: Transport | None = None,
    ) -> None:
        """A `read_only` client never writes. By default `transport` has the TLS settings of the hosts."""
        self.hosts = hosts or Hosts()
        self.transport = transport or Transport(self.hosts.tls)
        self.retrier = Retrier(self.transport, listener)
        self._authorizer = Authorizer(self.retrier.send, credentials or Anonymous())
        self._notices = NewEvents(listener)
        self._read_only = read_only
        self._dead_mirrors: set[str] = set()
        self.is_offline = False
        """Whether every call is refused."""

    def send(self, call: Call) -> Answer:
        """The answer, never a 401 with a challenge. Its body is unread: close it, or use it as a context.

        Answers challenges with the credentials, and repeats GET and HEAD if that may help. Raises `Unauthorized`,
        `RegistryError`, `TransportError`, and `UsageError` if a read-only client is asked to write.
        """
        if self._read_only and call.method not in ("GET", "HEAD"):
            raise UsageError("read-only mode: cannot write to a registry")
        self.check_online(call.domain)
        return self._send_to(self.hosts.endpoint(call.domain, call.repository), call, self.retrier.send)

    def read(self, call: Call, *, by_digest: bool) -> Answer:
        """As `send`, for parts of an image: asks each mirror once, then the registry; skips a mirror that fails."""
        self.check_online(call.domain)
        *mirrors, endpoint = self.hosts.reading_endpoints(call.domain, call.repository, by_digest=by_digest)
        for mirror in mirrors:
            answer = self._ask_mirror(mirror, call)
            if answer:
                return answer
        return self._send_to(endpoint, call, self.retrier.send)

    def check_online(self, host: str) -> None:
        """Raise `Offline` if the user wants no network."""
        if self.is_offline:
            raise Offline(f"`{display(host, limit=200)}` was not asked: `--offline` is set")

    def close(self) -> None:
        """Close all connections; threads that wait for them get `Cancelled` at once."""
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _ask_mirror(self, mirror: Endpoint, call: Call) -> Answer | None:
        """The answer of a mirror if its status is 200 or 206; a mirror that cannot be reached is never asked again."""
        if mirror.host in self._dead_mirrors:
            return None
        try:
            answer = self._send_to(mirror, call, self.transport.send)
        except (Cancelled, UsageError):
            raise
        except LayerscopeError as error:
            if isinstance(error, TransportError):
                self._dead_mirrors.add(mirror.host)
            _log.info("mirror skipped: %s", error.message)
            return None
        if answer.status in (200, 206):
            return answer
        with answer:
            _log.info("mirror skipped: `%s` answers %d", answer.host, answer.status)
        return None

    def _send_to(self, endpoint: Endpoint, call: Call, send: Callable[[Request], Answer]) -> Answer:
        access = Access(endpoint, call.scopes(endpoint))
        grant = self._authorizer.known(access)
        for _ in range(MAX_LOGINS):
            answer = send(_request(call, endpoint, grant))
            self._notices.read(answer)
            if answer.status != 401 or not (grant or "www-authenticate" in answer.headers):
                return answer
            with answer:
                next_grant = None if answer.redirected else self._authorizer.respond(answer, access, grant)
                problem = Problem.read(answer)
            if not next_grant:
                break
            grant = next_grant
        raise refusal(problem, endpoint, grant.login if grant else None)


def _request(call: Call, endpoint: Endpoint, grant: Grant | None) -> Request:
    login = {"Authorization": grant.authorization} if grant else {}
    return Request(call.method, call.url(endpoint), {**call.headers, **login}, call.content)
