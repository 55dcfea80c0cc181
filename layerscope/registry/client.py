"""A registry's HTTP API: every call goes to the right host, with the right login (distribution-spec, "Endpoints")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from layerscope.registry.auth.authorizer import Access, Authorizer
from layerscope.registry.auth.credentials import Anonymous
from layerscope.registry.auth.refusal import refusal
from layerscope.registry.hosts import Hosts
from layerscope.registry.problem import Problem
from layerscope.registry.transport import Request, Transport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx

    from layerscope.registry.answer import Answer
    from layerscope.registry.auth.authorizer import Grant
    from layerscope.registry.auth.credentials import Credentials

MAX_LOGINS = 3
"""A token that ran out, then one with too few scopes, then no more."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API; `path` is what follows `/v2/`, and `scopes` what a token has to be good for."""

    method: str
    domain: str
    path: str
    repository: str = ""
    scopes: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | Iterable[bytes] | None = field(default=None, repr=False)


def pull(repository: str) -> tuple[str, ...]:
    """The scope that reading a repository needs."""
    return (f"repository:{repository}:pull",)


class RegistryClient:
    """Calls registries, for any number of them. May be used by several threads; `close` ends what they wait for."""

    def __init__(
        self,
        hosts: Hosts | None = None,
        credentials: Credentials | None = None,
        http: httpx.BaseTransport | None = None,
    ) -> None:
        """`http` stands in for the network in tests."""
        self.hosts = hosts or Hosts()
        self.transport = Transport(self.hosts.tls, http)
        self._authorizer = Authorizer(self.transport.send, credentials or Anonymous())

    def send(self, call: Call) -> Answer:
        """The answer, of any status but 401, its body unread: close it, or use it as a context.

        Challenges are answered as far as the credentials go. Raises `Unauthorized` where that is not far enough,
        `RegistryError`, and `TransportError`.
        """
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
        return self.transport.send(Request(call.method, f"{access.endpoint.url}/v2/{call.path}", headers, call.content))
