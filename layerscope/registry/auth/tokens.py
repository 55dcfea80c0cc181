"""Bearer tokens from a token server (distribution, "Token Authentication Specification")."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from layerscope.display import display
from layerscope.errors import InvalidDocument, RegistryError
from layerscope.oci.strict_json import parse_object
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.auth.realm import check_realm
from layerscope.registry.auth.refusal import token_refusal
from layerscope.registry.hosts.hosts import Endpoint
from layerscope.registry.http.addresses import origin, shown_host
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.problem import Problem
from layerscope.registry.http.transport import Request

CLIENT_ID = "layerscope"
MAX_TOKEN_ANSWER_SIZE = 1024 * 1024
DEFAULT_LIFETIME = 60.0
"""Seconds, if the answer has no `expires_in` (specification); also the minimum."""
MAX_LIFETIME = 86400.0
"""Seconds; the maximum."""

_SAFE_TOKEN = re.compile(r"[!-~]{1,65536}")


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and its lifetime in seconds."""

    value: str = field(repr=False)
    lifetime: float = DEFAULT_LIFETIME


@dataclass(frozen=True, slots=True)
class TokenServer:
    """The token server of a registry, from its challenge."""

    endpoint: Endpoint
    realm: str
    service: str

    def fetch(
        self, send: Callable[[Request], Answer], scopes: tuple[str, ...], credential: Credential | None = None
    ) -> Token:
        """A token for these scopes; without a credential it is anonymous.

        Raises `RegistryError` if the realm must not be used, if a redirect leads to another server, or if the answer
        has no token; `Unauthorized` if the credential is refused; and `TransportError`.
        """
        check_realm(self.realm, self.endpoint)
        if credential and credential.identity_token:
            token = self._exchange(send, scopes, credential)
            if token:
                return token
        headers = {"Authorization": credential.basic} if credential and credential.username else {}
        with send(Request("GET", self._url(scopes), headers, guard=self._check_redirect)) as answer:
            return self._read(answer, credential)

    def _exchange(
        self, send: Callable[[Request], Answer], scopes: tuple[str, ...], credential: Credential
    ) -> Token | None:
        """An access token for the identity token (RFC 6749 section 6); None if the server may accept only GET."""
        form = {
            "grant_type": "refresh_token",
            "service": self.service,
            "client_id": CLIENT_ID,
            "scope": " ".join(scopes),
            "refresh_token": credential.identity_token,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        with send(Request("POST", self.realm, headers, urlencode(form).encode())) as answer:
            if answer.status in (404, 405) or (answer.status in (400, 401) and credential.username):
                return None
            return self._read(answer, credential)

    def _url(self, scopes: tuple[str, ...]) -> str:
        """The realm with service and scopes added to its query; each scope is a parameter."""
        parts = urlsplit(self.realm)
        asked = [("service", self.service)] if self.service else []
        asked += [("scope", scope) for scope in scopes]
        query = "&".join(part for part in (parts.query, urlencode(asked)) if part)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))

    def _check_redirect(self, url: str) -> None:
        """Raise `RegistryError` if a redirect leads to another server, which could be any host."""
        if origin(url) != origin(self.realm):
            target = f"{urlsplit(url).scheme}://{shown_host(url)}"
            raise RegistryError(
                f"the token server `{shown_host(self.realm)}` redirects to another server, which is refused:"
                f" `{display(target, limit=120)}`"
            )

    def _read(self, answer: Answer, credential: Credential | None) -> Token:
        if answer.status in (400, 401, 403):
            raise token_refusal(answer.host, answer.status, self.endpoint, credential)
        if answer.status != 200:
            raise Problem.read(answer).error(f"get a token for `{self.endpoint.host}`")
        body = answer.read(MAX_TOKEN_ANSWER_SIZE, "the token answer")
        try:
            return _parse(parse_object(body, "the token answer"))
        except InvalidDocument as error:
            raise RegistryError(
                f"the answer of `{answer.host}` has no token: {error.message}", hint=error.hint
            ) from error


def _parse(value: dict[str, Any]) -> Token:
    token = value.get("token") or value.get("access_token")
    if not isinstance(token, str) or not _SAFE_TOKEN.fullmatch(token):
        raise InvalidDocument("neither `token` nor `access_token` is valid")
    lifetime = value.get("expires_in")
    if isinstance(lifetime, bool) or not isinstance(lifetime, int | float):
        return Token(token)
    return Token(token, float(max(DEFAULT_LIFETIME, min(lifetime, MAX_LIFETIME))))
