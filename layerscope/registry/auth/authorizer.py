"""The Authorization field of requests; fetches one token per token server, login and scopes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from layerscope.registry.auth.challenge import Challenge, parse_challenges
from layerscope.registry.auth.credentials import Credential, Credentials
from layerscope.registry.auth.tokens import Token, TokenServer
from layerscope.registry.hosts.hosts import Endpoint
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.transport import Request

EXPIRY_MARGIN = 10.0
"""Seconds before a token expires at which it is replaced, since a request takes time."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a request needs: the endpoint, with its repository, if any, and the scopes of the token."""

    endpoint: Endpoint
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """An Authorization field with its scopes; `fresh` if it answers the latest challenge."""

    authorization: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    login: str = ""
    """The credential, in words; empty for an anonymous token."""
    fresh: bool = False


_CacheKey = tuple[TokenServer, "Credential | None", frozenset[str]]


class Authorizer:
    """Answers the challenges of registries. May be used by several threads; one token is fetched at a time."""

    def __init__(
        self,
        send: Callable[[Request], Answer],
        credentials: Credentials,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._credentials = credentials
        self._clock = clock
        self._challenges: dict[str, Challenge] = {}
        self._tokens: dict[_CacheKey, tuple[Token, float]] = {}
        self._lock = threading.Lock()

    def known(self, access: Access) -> Grant | None:
        """What to send with the first request; None if the registry has not sent a challenge."""
        with self._lock:
            challenge = self._challenges.get(access.endpoint.url)
            return self._grant_for(challenge, access, access.scopes) if challenge else None

    def respond(self, answer: Answer, access: Access, refused: Grant | None) -> Grant | None:
        """What to send after a 401; None if there is nothing left to try.

        Raises `RegistryError`, `Unauthorized` or `TransportError` if there is no token.
        """
        challenge = _best(parse_challenges(answer.headers.get_list("www-authenticate")))
        if not challenge:
            return None
        scopes = tuple(dict.fromkeys((*challenge.scopes, *access.scopes)))
        if refused and refused.fresh and set(scopes) <= set(refused.scopes):
            return None
        with self._lock:
            self._challenges[access.endpoint.url] = challenge
            grant = self._grant_for(challenge, access, scopes, refused)
        if not grant or (refused and grant.authorization == refused.authorization):
            return None
        return replace(grant, fresh=True)

    def _grant_for(
        self, challenge: Challenge, access: Access, scopes: tuple[str, ...], refused: Grant | None = None
    ) -> Grant | None:
        credential = self._credentials.find(access.endpoint.domain, access.endpoint.repository)
        login = credential.words if credential else ""
        if challenge.scheme == "basic":
            return Grant(credential.basic, scopes, login) if credential and credential.username else None
        if credential and credential.registry_token:
            return Grant(f"Bearer {credential.registry_token}", scopes, "the registry token")
        server = TokenServer(access.endpoint, challenge.get("realm"), challenge.get("service"))
        return Grant(f"Bearer {self._token(server, scopes, credential, refused)}", scopes, login)

    def _token(
        self, server: TokenServer, scopes: tuple[str, ...], credential: Credential | None, refused: Grant | None
    ) -> str:
        key = (server, credential, frozenset(scopes))
        token, end = self._tokens.get(key, (Token(""), 0.0))
        usable = self._clock() < end - EXPIRY_MARGIN and not (refused and refused.authorization.endswith(token.value))
        if not usable:
            token = server.fetch(self._send, scopes, credential)
            self._tokens[key] = (token, self._clock() + token.lifetime)
        return token.value


def _best(challenges: list[Challenge]) -> Challenge | None:
    """Bearer before Basic, since Bearer does not send the password to the registry; no other scheme is supported."""
    for scheme in ("bearer", "basic"):
        for challenge in challenges:
            if challenge.scheme == scheme:
                return challenge
    return None
