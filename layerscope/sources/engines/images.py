"""Images and containers of engines, by name or id: the engine exports them as an archive.

`docker-daemon:IMAGE` and `docker-container:CONTAINER` are in Docker, `podman:IMAGE` and `podman-container:CONTAINER` in
podman, `containers-storage:IMAGE` in the storage of podman and buildah, `containerd:IMAGE` in containerd.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

from layerscope.blobs.store import BlobStore
from layerscope.display import display
from layerscope.errors import InvalidReference, SourceError
from layerscope.oci import Platform, Reference
from layerscope.sources.archive_file import ArchiveFile, copy_of
from layerscope.sources.bare_layer import OF_A_CONTAINER, find_bare_layer
from layerscope.sources.docker_archive import find_in_docker_archive
from layerscope.sources.engines.address import EngineAddress, docker_address, podman_address
from layerscope.sources.engines.command import output_of
from layerscope.sources.local_store import ImageSelector, LocalStore, StoredImage
from layerscope.sources.tar_store import TarStore

if TYPE_CHECKING:
    from layerscope.sources.engines.client import EngineClient

Export = Callable[[threading.Event], AbstractContextManager[Iterator[bytes]]]

DOCKER, DOCKER_CONTAINER = "docker-daemon", "docker-container"
PODMAN, PODMAN_CONTAINER = "podman", "podman-container"
STORAGE, CONTAINERD = "containers-storage", "containerd"

CONTAINER_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
_ID = re.compile(r"(?:sha256:)?[a-f0-9]{12,64}")


def docker_image(text: str) -> BlobStore:
    """The image of that name or id in Docker's storage; raises `InvalidReference`, `UsageError` or `SourceError`."""
    image = _checked(text, DOCKER)
    client = _client_of(docker_address(os.environ))
    return _image(DOCKER, image, lambda closed: client(closed).export(image))


def docker_container(text: str) -> BlobStore:
    """The file system of a container of Docker; raises as `docker_image`."""
    container = _checked_container(text, DOCKER_CONTAINER)
    client = _client_of(docker_address(os.environ))
    return _container(DOCKER_CONTAINER, container, lambda closed: client(closed).export_container(container))


def podman_image(text: str) -> BlobStore:
    """The image of that name or id in podman's storage: from its service if it runs, else by a program.

    Raises `InvalidReference`, `UsageError` or `SourceError`.
    """
    image = _checked(text, PODMAN)
    address = podman_address(os.environ)
    if address:
        client = _client_of(address)
        return _image(PODMAN, image, lambda closed: client(closed).export(image))
    return _image(PODMAN, image, _by_program(_storage_commands(image), image, "podman"))


def podman_container(text: str) -> BlobStore:
    """The file system of a container of podman; raises as `podman_image`."""
    container = _checked_container(text, PODMAN_CONTAINER)
    address = podman_address(os.environ)
    if address:
        client = _client_of(address)
        return _container(PODMAN_CONTAINER, container, lambda closed: client(closed).export_container(container))
    return _container(PODMAN_CONTAINER, container, _by_program([["podman", "export", container]], container, "podman"))


def storage_image(text: str) -> BlobStore:
    """The image in the storage of podman and buildah, without a service; raises `InvalidReference` or `SourceError`."""
    image = _checked(text, STORAGE)
    return _image(STORAGE, image, _by_program(_storage_commands(image), image, "podman"))


def containerd_image(text: str) -> BlobStore:
    """The image in containerd, in the namespace of its clients; raises `InvalidReference` or `SourceError`."""
    image = _checked(text, CONTAINERD)
    full_name = image if _ID.fullmatch(image) else str(Reference.parse(image))
    commands = [["nerdctl", "save", image], ["ctr", "images", "export", "-", full_name]]
    return _image(CONTAINERD, image, _by_program(commands, image, "containerd"))


def _storage_commands(image: str) -> list[list[str]]:
    """podman, buildah and skopeo have the same storage; not every machine has all of them."""
    return [
        ["podman", "save", "--quiet", "--format", "docker-archive", image],
        ["buildah", "push", "--quiet", image, "docker-archive:/dev/stdout"],
        ["skopeo", "copy", "--quiet", f"containers-storage:{image}", "docker-archive:/dev/stdout"],
    ]


def _by_program(commands: list[list[str]], name: str, engine: str) -> Export:
    """The export by the first command that is installed; raises `SourceError` if none is."""
    command = next((command for command in commands if shutil.which(command[0])), None)
    if command is None:
        programs = " or ".join(f"`{command[0]}`" for command in commands)
        raise SourceError(f"{engine} is not found: no program {programs} is installed")
    return lambda closed: output_of(command, name, closed)


def _checked(text: str, transport: str) -> str:
    """The name with a tag, or the id; anything else is refused before an engine sees it."""
    if _ID.fullmatch(text):
        return text
    if not text:
        raise InvalidReference(
            f"`{transport}:` has no image name after the colon", hint=f"write, for example, `{transport}:alpine:3.20`"
        )
    Reference.parse(text)
    has_tag = "@" in text or ":" in text.rpartition("/")[2]
    return text if has_tag else f"{text}:latest"


def _checked_container(text: str, transport: str) -> str:
    if not CONTAINER_NAME.fullmatch(text):
        raise InvalidReference(f"`{display(f'{transport}:{text}', limit=200)}` is not the name of a container")
    return text


def _client_of(address: EngineAddress) -> Callable[[threading.Event], EngineClient]:
    from layerscope.sources.engines.client import EngineClient  # noqa: PLC0415 - its HTTP library loads slowly

    return partial(EngineClient, address)


def _image(transport: str, image: str, export: Export) -> BlobStore:
    return _store(
        f"{transport}:{image}",
        export,
        lambda files, _platform: find_in_docker_archive(files, ImageSelector(), _platform),
    )


def _container(transport: str, container: str, export: Export) -> BlobStore:
    return _store(f"{transport}:{container}", export, lambda files, _platform: find_bare_layer(files, OF_A_CONTAINER))


def _store(name: str, export: Export, find: Callable[[TarStore, Platform | None], StoredImage]) -> BlobStore:
    location = display(name, limit=200)

    def opener(closed: threading.Event) -> ArchiveFile:
        with export(closed) as chunks:
            return copy_of(chunks, location, closed)

    files = TarStore(opener, location)
    return LocalStore(location, files, partial(find, files))
