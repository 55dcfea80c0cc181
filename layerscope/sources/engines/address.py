"""The address of an engine.

Docker, in the order of its own client:

1. `DOCKER_HOST`
2. the context that `DOCKER_CONTEXT` names, or else `currentContext` in Docker's config.json
3. `/var/run/docker.sock`, or `$XDG_RUNTIME_DIR/docker.sock` if Docker runs without root: the first that may be used

podman: `CONTAINER_HOST`, then `$XDG_RUNTIME_DIR/podman/podman.sock`, then `/run/podman/podman.sock`.
"""

import hashlib
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from layerscope.display import display
from layerscope.errors import InvalidDocument, SourceError, UsageError
from layerscope.oci import as_object, text
from layerscope.oci.strict_json import parse_object
from layerscope.sources.recognition import unreadable

DOCKER_SOCKET = Path("/var/run/docker.sock")
PODMAN_SOCKET = Path("/run/podman/podman.sock")
_DEFAULT_CONTEXT = "default"
_PLAIN_PORT, _TLS_PORT = 2375, 2376


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """A unix socket, or else a host and port, with TLS if `certificates` is the directory of its files."""

    socket: Path | None = None
    host: str = ""
    port: int = 0
    certificates: Path | None = None

    def __str__(self) -> str:
        if self.socket:
            return display(os.fsencode(self.socket), limit=200)
        return f"tcp://{display(self.host, limit=200)}:{self.port}"

    def tls(self) -> ssl.SSLContext | None:
        """The context for TLS, with the client's certificate; raises `SourceError` if a file cannot be used."""
        if self.certificates is None:
            return None
        try:
            context = ssl.create_default_context(cafile=self.certificates / "ca.pem")
            context.load_cert_chain(self.certificates / "cert.pem", self.certificates / "key.pem", password="")
        except OSError as error:
            where = display(os.fsencode(self.certificates), limit=200)
            raise SourceError(f"the certificates in `{where}` cannot be used: {error.strerror}") from error
        return context


def docker_address(environment: Mapping[str, str]) -> EngineAddress:
    """The address of Docker; raises `UsageError` or `SourceError` if the configured address cannot be used."""
    config = Path(environment.get("DOCKER_CONFIG") or Path(environment.get("HOME") or "/", ".docker"))
    if host := environment.get("DOCKER_HOST"):
        wants_tls = bool(environment.get("DOCKER_TLS_VERIFY"))
        certificates = Path(environment.get("DOCKER_CERT_PATH") or config)
        return _parse(host, "DOCKER_HOST", certificates if wants_tls else None)
    context = environment.get("DOCKER_CONTEXT") or text(_json(config / "config.json"), "currentContext")
    if context and context != _DEFAULT_CONTEXT:
        return _of_context(config / "contexts", context)
    return _first_usable(DOCKER_SOCKET, *_runtime(environment, "docker.sock"))


def podman_address(environment: Mapping[str, str]) -> EngineAddress | None:
    """The address of podman; None if it has no socket. Raises `UsageError`."""
    if host := environment.get("CONTAINER_HOST"):
        return _parse(host, "CONTAINER_HOST", None)
    found = _first_usable(*_runtime(environment, "podman", "podman.sock"), PODMAN_SOCKET)
    return found if found.socket and found.socket.exists() else None


def _parse(host: str, variable: str, certificates: Path | None) -> EngineAddress:
    """The address, parsed from Docker's notation. It may contain a password, so no error repeats it."""
    scheme, separator, rest = host.partition("://")
    if separator and scheme == "unix" and rest:
        return EngineAddress(socket=Path(rest))
    if separator and scheme in {"tcp", "http", "https"}:
        return _parse_tcp(host, variable, certificates)
    if scheme == "ssh":
        raise UsageError(
            f"`{variable}` uses ssh, which is not supported",
            hint="pipe the image in: `ssh HOST docker save IMAGE | layerscope -`",
        )
    raise UsageError(
        f"`{variable}` is not a usable engine address", hint="use an address such as `unix:///run/docker.sock`"
    )


def _parse_tcp(host: str, variable: str, certificates: Path | None) -> EngineAddress:
    try:
        parts = urlsplit(host)
        name, port = parts.hostname, parts.port
    except ValueError:
        name, port = None, None
    if not name:
        raise UsageError(
            f"`{variable}` is not a usable engine address", hint="use an address such as `tcp://127.0.0.1:2375`"
        )
    return EngineAddress(
        host=name, port=port or (_TLS_PORT if certificates else _PLAIN_PORT), certificates=certificates
    )


def _of_context(directory: Path, name: str) -> EngineAddress:
    """The address of a context; Docker's client stores each context under the digest of its name."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    endpoints = as_object(_json(directory / "meta" / digest / "meta.json").get("Endpoints"))
    host = text(as_object(endpoints.get("docker")), "Host")
    shown = display(name, limit=100)
    if not host:
        raise SourceError(f"the Docker context `{shown}` has no address", hint="`docker context ls` lists the contexts")
    certificates = directory / "tls" / digest / "docker"
    return _parse(host, f"the Docker context {shown}", certificates if certificates.is_dir() else None)


def _json(path: Path) -> dict[str, object]:
    """The object in a file, empty if there is no file; raises `SourceError`."""
    where = display(os.fsencode(path), limit=200)
    try:
        return parse_object(path.read_bytes(), f"`{where}`")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise unreadable(where, error) from error
    except InvalidDocument as error:
        raise SourceError(error.message) from error


def _runtime(environment: Mapping[str, str], *parts: str) -> tuple[Path, ...]:
    directory = environment.get("XDG_RUNTIME_DIR")
    return (Path(directory, *parts),) if directory else ()


def _first_usable(*sockets: Path) -> EngineAddress:
    """The first socket that may be used, else the first that exists, else the first, which the error then names."""
    usable = [path for path in sockets if os.access(path, os.R_OK | os.W_OK)]
    present = [path for path in sockets if path.exists()]
    return EngineAddress(socket=next(iter((*usable, *present, *sockets))))
