"""Open the image that the user names: by a transport of containers-transports(5), a path, `-`, or a reference.

In this order:

1. `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]`, `docker-archive:FILE[:REFERENCE]`, `dir:DIR`, `docker-daemon:IMAGE`,
   `docker-container:CONTAINER`, `podman:IMAGE`, `podman-container:CONTAINER`, `containers-storage:IMAGE` and
   `containerd:IMAGE` are taken literally; `//` after the colon is left out, as dive spells it. Instead of `:TAG`,
   `@DIGEST` chooses by digest, `:@N` by position; an IMAGE or CONTAINER of an engine is a name or an id.
2. `-` is an archive on standard input.
3. Text that starts with `/`, `./`, `../` or `~`, or ends with `:@N`, is a path. So is the name of an existing file or
   directory that is an image; any other file or directory does not hide a repository of its name.
4. Everything else is a reference to an image in a registry, with or without `docker://` before it. If the registry
   fails, engines are asked for the name. Without `docker://`, it may then also be `PATH:SELECTOR` of a file.
   The ID of an image can only be in an engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from layerscope.blobs.store import BlobStore
from layerscope.display import display
from layerscope.errors import InvalidDocument, InvalidReference, SourceError
from layerscope.oci.collection import Registry, Repository, is_bare_host, parse_collection
from layerscope.oci.reference import Reference, without_repository

if TYPE_CHECKING:
    from layerscope.registry.client import RegistryClient

STDIN = "-"
OF_PATHS = ("oci", "oci-archive", "docker-archive", "dir")
OF_ENGINES = (
    "docker-daemon", "docker-container", "podman", "podman-container", "containers-storage", "containerd",
)  # fmt: skip
"""The transports that take a path, and those that take a name."""
_LOCAL = re.compile(rf"(?P<transport>{'|'.join(OF_PATHS + OF_ENGINES)}):(?P<details>.*)", re.DOTALL)
_ID = re.compile(r"(?:sha256:)?[a-f0-9]{64}")
_ARCHIVE_NAME = re.compile(r".+\.(?:tar|tgz|txz|tzst|tar\.\w+)", re.IGNORECASE)
_REGISTRY = "docker://"
_LIKE_A_PATH = re.compile(r"\.{0,2}/.*|\.{1,2}|~.*|[^@]+:@[0-9]{1,9}", re.DOTALL)


def open_store(  # noqa: PLR0913 - what is known of the network, of standard input, and of the user
    text: str,
    *,
    connect: Callable[[str], RegistryClient] | None = None,
    foreign_layers: bool = False,
    stdin: int = 0,
    notify: Callable[[str], None] | None = None,
    wrap: Callable[[BlobStore, Reference], BlobStore] | None = None,
) -> BlobStore:
    """The store of the image that `text` names. Nothing is fetched yet, but obvious mistakes are refused at once.

    `connect` makes the client for the registry of a domain. With `foreign_layers`, layers that the registry lacks come
    from the addresses in the manifest. `stdin` is the open file for `-`. `notify` gets a sentence if another image than
    that of the registry is opened; without it, no other image is opened, and the hint of the error names it.
    `wrap` puts the store of a registry into another one.

    Raises `InvalidReference`, `UsageError` or `SourceError`.
    """
    reference = registry_reference(text)
    if reference:
        first = _open_registry(reference, connect, foreign_layers=foreign_layers)
        return _with_fallback(wrap(first, reference) if wrap else first, text, notify)
    if _ID.fullmatch(text):
        return _with_fallback(None, text, notify or (lambda _sentence: None))
    return _open_local(text, stdin)


def registry_reference(text: str) -> Reference | None:
    """The reference in `text`; None if it names an image on this machine. Imports only fast modules.

    Raises `InvalidReference` or `UsageError`.
    """
    if _is_local(text):
        return None
    name = text.removeprefix(_REGISTRY)
    if is_bare_host(name):
        raise without_repository(name)
    return Reference.parse(name)


def named_collection(text: str) -> Registry | Repository | None:
    """The registry or repository that `text` names; None if it names an image.

    Raises `InvalidReference` or `UsageError`.
    """
    return None if _is_local(text) else parse_collection(text.removeprefix(_REGISTRY))


def _is_local(text: str) -> bool:
    """Whether `text` names an image on this machine."""
    return text == STDIN or bool(_LOCAL.fullmatch(text) or _ID.fullmatch(text)) or _is_path(text)


def _is_path(text: str) -> bool:
    if _LIKE_A_PATH.fullmatch(text):
        return True
    return _exists(text) and (not _may_be_reference(text) or _is_image(text))


def _exists(text: str) -> bool:
    try:
        return bool(text) and Path(text).exists()
    except (OSError, ValueError):  # too long for a path, or with a NUL in it
        return False


def _is_image(path: str) -> bool:
    """Whether the file or directory is an image, as far as its first bytes or its names tell."""
    try:
        _open_local(path, 0).close()
    except (SourceError, InvalidDocument):
        return False
    return True


def _open_local(text: str, stdin: int) -> BlobStore:
    from layerscope.sources import local  # noqa: PLC0415 - a wrong reference is refused before numpy is loaded

    if text == STDIN:
        return local.stdin_image(stdin)
    match = _LOCAL.fullmatch(text)
    return local.TRANSPORTS[match["transport"]](_without_slashes(match)) if match else local.local_image(text)


def _without_slashes(match: re.Match[str]) -> str:
    """What follows the colon; `//` is left out, unless it belongs to the path of an existing file."""
    details = match["details"]
    shorter = details.removeprefix("//")
    return details if _exists(details) and not _exists(shorter) else shorter


def _with_fallback(first: BlobStore | None, text: str, notify: Callable[[str], None] | None) -> BlobStore:
    """The store of a registry, with what this machine has by the same name; for the ID of an image, only that."""
    from layerscope.sources.fallback import FallbackStore, NoStore  # noqa: PLC0415 - as for numpy

    name = text.removeprefix(_REGISTRY)
    may_be_file = bool(first) and name == text
    remark = (no_image(name), _remark(name)) if may_be_file else ("", "")

    def search(closed: Event) -> tuple[str, ...]:
        from layerscope.sources.engines.lookup import images_and_containers  # noqa: PLC0415 - rarely needed

        in_file = (f"./{text}",) if may_be_file and _is_image(f"./{text}") else ()
        return (*images_and_containers(name, closed), *in_file)

    store = first or NoStore(text, f"`{text}` is an image ID, and a registry finds images only by name")
    return FallbackStore(store, search, partial(_open_local, stdin=0), notify, remark)


def no_image(text: str) -> str:
    """The words for a reference that is also the name of a file or directory, which is not an image; else empty."""
    return f"`./{display(text, limit=200)}` is not an image" if _exists(text) else ""


def _remark(name: str) -> str:
    """What the user may have meant by a name that no registry has: a file, or a registry."""
    if _exists(name):
        return f"`layerscope inspect ./{name}` says why `./{name}` is not an image"
    if _ARCHIVE_NAME.fullmatch(name):
        return f"if `{name}` is a file, check its path: there is no such file here"
    if "/" not in name and "." in name.partition(":")[0]:
        return f"if `{name}` is a registry, `layerscope catalog {name}` lists its repositories"
    return ""


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
