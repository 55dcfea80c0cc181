"""A registry's HTTP API: every call goes to the right host, with the right login (distribution-spec, "Endpoints")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from layerscope.errors import UsageError
from layerscope.registry import events
from layerscope.registry.auth.authorizer import Access, Authorizer
from layerscope.registry.auth.credentials import Anonymous
from layerscope.registry.auth.refusal import refusal
from layerscope.registry.hosts import Hosts
from layerscope.registry.notices import Notices
from layerscope.registry.problem import Problem
from layerscope.registry.retry import Retrier
from layerscope.registry.transport import Request, Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layerscope.registry.answer import Answer
    from layerscope.registry.auth.authorizer import Grant
    from layerscope.registry.auth.credentials import Credentials

MAX_LOGINS = 3
"""A token that ran out, then one with too few scopes, then no more."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API; `path` follows `/v2/`, or, with a slash in front, the host; a token has to have `scopes`."""

    method: str
    domain: str
    path: str
    repository: str = ""
    scopes: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)


def pull(repository: str) -> tuple[str, ...]:
    """The scope that reading a repository needs."""
    return (f"repository:{repository}:pull",)


class RegistryClient:
    """Calls registries, for any number of them. May be used by several threads; `close` ends what they wait for."""

    def __init__(
        self,
        hosts: Hosts | None = None,
        credentials: Credentials | None = None,
        listener: events.Listener = events.ignore,
        *,
        read_only: bool = False,
        transport: Transport | None = None,
    ) -> None:
        """A client that is `read_only` never writes; `transport` fits the hosts unless a test brings its own."""
        self.hosts = hosts or Hosts()
        self.transport = transport or Transport(self.hosts.tls)
        self.retrier = Retrier(self.transport, listener)
        self._authorizer = Authorizer(self.retrier.send, credentials or Anonymous())
        self._notices = Notices(listener)
        self._read_only = read_only

    def send(self, call: Call) -> Answer:
        """The answer, of any status but 401, its body unread: close it, or use it as a context.

        Challenges are answered as far as the credentials go; GET and HEAD are repeated where that may help. Raises
        `Unauthorized`, `RegistryError`, `TransportError`, and `UsageError` for a write of a client that is read-only.
        """
        if self._read_only and call.method not in ("GET", "HEAD"):
            raise UsageError("nothing is written to a registry in read-only mode")
        endpoint = self.hosts.endpoint(call.domain)
        access = Access(endpoint, call.repository, call.scopes)
        grant = self._authorizer.known(access)
        for _ in range(MAX_LOGINS):
            answer = self._send_once(call, access, grant)
            if answer.status != 401:
                return answer
            with answer:
                next_grant = None if answer.redirected else self._authorizer.respond(answer, access, grant)
                problem = Problem.read(answer)
            if not next_grant:
                break
            grant = next_grant
        raise refusal(problem, access, grant)

    def close(self) -> None:
        """Close all connections; a thread that waits for one of them gets `Cancelled` at once."""
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _send_once(self, call: Call, access: Access, grant: Grant | None) -> Answer:
        headers = dict(call.headers)
        if grant:
            headers["Authorization"] = grant.authorization
        path = call.path if call.path.startswith("/") else f"/v2/{call.path}"
        answer = self.retrier.send(Request(call.method, access.endpoint.url + path, headers, call.content))
        self._notices.read(answer)
        return answer
