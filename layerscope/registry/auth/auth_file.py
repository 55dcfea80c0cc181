"""The files with logins: config.json of Docker, and auth.json of podman (containers-auth.json(5)).

`credHelpers` comes before `credsStore`, and `credsStore` before `auths`.
"""

from __future__ import annotations

import binascii
import logging
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layerscope.display import display
from layerscope.errors import InvalidDocument
from layerscope.oci import text, text_map
from layerscope.oci.strict_json import parse_object
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.auth.helper import ask_helper
from layerscope.registry.auth.keys import candidates, normalized, server_of
from layerscope.small_file import read_small_file

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuthFile:
    """The logins of one file, by normalized key; `problems` has a sentence for each one that cannot be used."""

    logins: Mapping[str, Credential] = field(default_factory=dict)
    helpers: Mapping[str, str] = field(default_factory=dict)
    store: str = ""
    problems: tuple[str, ...] = ()
    where: str = ""
    """The name of the file, for a sentence."""

    @classmethod
    def read(cls, path: Path) -> AuthFile:
        """The logins in a file; empty if there is no file; a problem if it cannot be read."""
        where = f"`{display(str(path))}`"
        try:
            content = read_small_file(path)
        except OSError as error:
            return cls(problems=(f"the logins in {where} are not used: {error.strerror}",))
        return cls() if content is None else cls.parse(content, where)

    @classmethod
    def parse(cls, data: bytes, where: str) -> AuthFile:
        """The logins in the content of a file; the problems do not quote it."""
        try:
            value = parse_object(data, "it")
        except InvalidDocument as error:
            return cls(problems=(f"the logins in {where} are not used: {error.message}",))
        logins, problems = _logins(value.get("auths"), where)
        helpers = {normalized(key): name for key, name in text_map(value.get("credHelpers")).items() if name}
        return cls(logins, helpers, text(value, "credsStore"), problems, where)

    def find(self, domain: str, repository: str) -> Credential | None:
        """The login for a repository, by its most specific key; raises `CredentialsError` if a helper fails."""
        keys = candidates(domain, repository)
        for key in keys:
            if key in self.helpers:
                return self._ask(self.helpers[key], domain)
        found = self._ask(self.store, domain) if self.store else None
        if found:
            return found
        found = next((self.logins[key] for key in keys if key in self.logins), None)
        if found:
            _log.info("the login for `%s` comes from %s", domain, self.where)
        return found

    def _ask(self, helper: str, domain: str) -> Credential | None:
        found = ask_helper(helper, server_of(domain))
        if found:
            _log.info(
                "the login for `%s` comes from `docker-credential-%s`, which %s names", domain, helper, self.where
            )
        return found


def _logins(auths: Any, where: str) -> tuple[dict[str, Credential], tuple[str, ...]]:
    logins: dict[str, Credential] = {}
    problems = []
    for key, entry in (
        sorted(auths.items(), key=lambda item: item[0] != normalized(item[0])) if isinstance(auths, dict) else ()
    ):
        try:
            credential = _credential(entry)
        except ValueError:
            problems.append(f"the login for `{display(key, limit=100)}` in {where} is not used: it is not valid")
            continue
        if credential:
            logins.setdefault(normalized(key), credential)
    return logins, tuple(problems)


def _credential(entry: Any) -> Credential | None:
    """The login in an entry, None if the entry is empty; raises `ValueError`."""
    if not isinstance(entry, dict):
        raise ValueError  # noqa: TRY004 - the caller handles all invalid entries alike
    username, password = text(entry, "username"), text(entry, "password")
    if text(entry, "auth"):
        username, password = _decode(text(entry, "auth"))
    credential = Credential(username, password, text(entry, "identitytoken"), text(entry, "registrytoken"))
    if not all(char.isascii() and char.isprintable() for char in credential.registry_token):
        raise ValueError  # it becomes a header field
    return credential if credential != Credential() else None


def _decode(auth: str) -> tuple[str, str]:
    try:
        username, colon, password = b64decode(auth, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError from error
    if not colon:
        raise ValueError
    return username, password.strip("\0")  # Docker once padded passwords with NULs
