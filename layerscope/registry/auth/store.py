"""The logins of the user: from the command line, and from the files of container tools."""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from layerscope.registry.auth.auth_file import AuthFile
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.http.events import Listener, Notice

_log = logging.getLogger(__name__)


class CredentialStore:
    """The logins of several files; the first file with a login for a registry decides. May be used by several threads.

    Files are read, and helpers are run, only if a registry asks for a login.
    """

    def __init__(
        self,
        auth_files: tuple[Callable[[], AuthFile], ...],
        listener: Listener,
        given: Mapping[str, Credential] | None = None,
    ) -> None:
        """`given` has the logins of the command line, by domain: they come first, and no other registry gets them."""
        self._readers = auth_files
        self._listener = listener
        self._given = given or {}
        self._files: tuple[AuthFile, ...] | None = None
        self._found: dict[tuple[str, str], Credential | None] = {}
        self._lock = threading.Lock()

    def find(self, domain: str, repository: str) -> Credential | None:
        """The login for a repository; raises `CredentialsError` if a helper fails."""
        if domain in self._given:
            _log.info("the login for `%s` comes from the command line", domain)
            return self._given[domain]
        with self._lock:
            key = (domain, repository)
            if key not in self._found:
                self._found[key] = self._search(domain, repository)
            return self._found[key]

    def _search(self, domain: str, repository: str) -> Credential | None:
        for file in self._read_files():
            credential = file.find(domain, repository)
            if credential:
                return credential
        _log.info("there is no login for `%s`", domain)
        return None

    def _read_files(self) -> tuple[AuthFile, ...]:
        if self._files is None:
            self._files = tuple(read() for read in self._readers)
            for problem in (problem for file in self._files for problem in file.problems):
                self._listener(Notice(problem))
        return self._files


def auth_files(environ: Mapping[str, str] | None = None) -> tuple[Callable[[], AuthFile], ...]:
    """The logins of the container tools, the first to use first.

    The content of DOCKER_AUTH_CONFIG, the file REGISTRY_AUTH_FILE, `config.json` in DOCKER_CONFIG or `~/.docker`,
    podman's `containers/auth.json` in XDG_RUNTIME_DIR and in XDG_CONFIG_HOME or `~/.config`.
    """
    environ = os.environ if environ is None else environ
    home = Path(environ.get("HOME") or "/")
    given = environ.get("DOCKER_AUTH_CONFIG")
    files = [Path(environ["REGISTRY_AUTH_FILE"])] if environ.get("REGISTRY_AUTH_FILE") else []
    files.append(Path(environ.get("DOCKER_CONFIG") or home / ".docker") / "config.json")
    if environ.get("XDG_RUNTIME_DIR"):
        files.append(Path(environ["XDG_RUNTIME_DIR"]) / "containers" / "auth.json")
    files.append(Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "containers" / "auth.json")
    first = [partial(AuthFile.parse, given.encode("utf-8", "replace"), "DOCKER_AUTH_CONFIG")] if given else []
    return (*first, *(partial(AuthFile.read, file) for file in files))
