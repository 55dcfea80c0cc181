"""Credentials, and the protocol of their stores."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Protocol

from layerscope.display import display


@dataclass(frozen=True, slots=True)
class Credential:
    """A user name and a password, or a token instead. The `repr` has no secrets."""

    username: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    """An OAuth2 refresh token, which is exchanged for access tokens."""
    registry_token: str = field(default="", repr=False)
    """A bearer token that is sent unchanged."""

    @property
    def words(self) -> str:
        """The kind of credential, for a sentence."""
        if self.username:
            return f"the credentials of `{display(self.username, limit=60)}`"
        return "the identity token" if self.identity_token else "the registry token"

    @property
    def basic(self) -> str:
        """The Authorization field of Basic authentication (RFC 7617), in UTF-8."""
        return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")


class Credentials(Protocol):
    """A store of credentials. May be used by several threads."""

    def find(self, domain: str, repository: str) -> Credential | None:
        """The credential for a repository of a registry (empty for the registry itself); None if there is none."""


class Anonymous:
    """No credentials at all."""

    def find(self, domain: str, repository: str) -> Credential | None:  # noqa: ARG002  (the seam's signature)
        """Always None."""
        return None
