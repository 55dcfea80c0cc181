"""Open the image that the user names: by a transport of containers-transports(5), a path, `-`, or a reference.

In this order:

1. `docker://REFERENCE`, `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]`, `docker-archive:FILE[:REFERENCE]`, `dir:DIR`,
   `docker-daemon:IMAGE`, `docker-container:CONTAINER`, `podman:IMAGE`, `podman-container:CONTAINER`,
   `containers-storage:IMAGE` and `containerd:IMAGE` are taken literally. Instead of `:TAG`, `@DIGEST` chooses by
   digest, `:@N` by position; an IMAGE of an engine is a name or an id.
2. `-` is an archive on standard input.
3. Text that starts with `/`, `./`, `../` or `~` is a path. So is the name of an existing file, or of an existing
   directory with an OCI layout; any other directory does not hide a repository of its name.
4. Everything else is a reference to an image in a registry.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from layerscope.blobs.store import BlobStore
from layerscope.errors import InvalidReference, SourceError
from layerscope.oci.collection import Registry, Repository, parse_collection
from layerscope.oci.reference import Reference

if TYPE_CHECKING:
    from layerscope.registry.client import RegistryClient

STDIN = "-"
_LOCAL = re.compile(
    r"(?P<transport>oci|oci-archive|docker-archive|dir|docker-daemon|docker-container|podman|podman-container"
    r"|containers-storage|containerd):(?P<details>.*)",
    re.DOTALL,
)
_REGISTRY = "docker://"
_LIKE_A_PATH = re.compile(r"\.{0,2}/.*|\.{1,2}|~.*", re.DOTALL)


def open_store(
    text: str,
    *,
    connect: Callable[[str], RegistryClient] | None = None,
    foreign_layers: bool = False,
    stdin: int = 0,
) -> BlobStore:
    """The store of the image that `text` names. Nothing is fetched yet, but obvious mistakes are refused at once.

    `connect` makes the client for the registry of a domain. With `foreign_layers`, layers that the registry lacks come
    from the addresses in the manifest. `stdin` is the open file for `-`. Raises `InvalidReference`, `UsageError` or
    `SourceError`.
    """
    reference = registry_reference(text)
    return _open_registry(reference, connect, foreign_layers=foreign_layers) if reference else _open_local(text, stdin)


def registry_reference(text: str) -> Reference | None:
    """The reference in `text`; None if it names an image on this machine. Imports only fast modules.

    Raises `InvalidReference` or `UsageError`.
    """
    return None if _is_local(text) else Reference.parse(text.removeprefix(_REGISTRY))


def named_collection(text: str) -> Registry | Repository | None:
    """The registry or repository that `text` names; None if it names an image.

    Raises `InvalidReference` or `UsageError`.
    """
    return None if _is_local(text) else parse_collection(text.removeprefix(_REGISTRY))


def _is_local(text: str) -> bool:
    """Whether `text` names an image on this machine."""
    return text == STDIN or bool(_LOCAL.fullmatch(text)) or _is_path(text)


def _is_path(text: str) -> bool:
    if _LIKE_A_PATH.fullmatch(text):
        return True
    try:
        path = Path(text)
        return bool(text) and ((path / "oci-layout").exists() if path.is_dir() else path.exists())
    except (OSError, ValueError):  # too long for a path, or with a NUL in it
        return False


def _open_local(text: str, stdin: int) -> BlobStore:
    from layerscope.sources import local  # noqa: PLC0415 - a wrong reference is refused before numpy is loaded

    if text == STDIN:
        return local.stdin_image(stdin)
    match = _LOCAL.fullmatch(text)
    if match:
        return local.TRANSPORTS[match["transport"]](match["details"])
    try:
        return local.local_image(text)
    except SourceError as error:
        if _may_be_reference(text):
            error.hint = f"if you mean an image in a registry, use `{_REGISTRY}{text}`"
        raise


def _may_be_reference(text: str) -> bool:
    try:
        return bool(Reference.parse(text))
    except InvalidReference:
        return False


def _open_registry(
    reference: Reference, connect: Callable[[str], RegistryClient] | None, *, foreign_layers: bool
) -> BlobStore:
    from layerscope.registry.api.store import RegistryStore  # noqa: PLC0415 - as for numpy, with httpx
    from layerscope.registry.client import RegistryClient  # noqa: PLC0415 - as above

    client = connect(reference.domain) if connect else RegistryClient()
    return RegistryStore(reference, client, foreign_layers=foreign_layers)
