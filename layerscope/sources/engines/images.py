"""`docker-daemon:IMAGE` and `podman:IMAGE`: an engine exports the image as an archive."""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

from layerscope.blobs.store import BlobStore
from layerscope.display import display
from layerscope.errors import InvalidReference, SourceError
from layerscope.oci import Reference
from layerscope.sources.archive_file import ArchiveFile, copy_of
from layerscope.sources.docker_archive import find_in_docker_archive
from layerscope.sources.engines.address import docker_address, podman_address
from layerscope.sources.engines.client import EngineClient
from layerscope.sources.engines.command import output_of
from layerscope.sources.local_store import ImageSelector, LocalStore
from layerscope.sources.tar_store import TarStore

Export = Callable[[threading.Event], AbstractContextManager[Iterator[bytes]]]

DOCKER, PODMAN = "docker-daemon", "podman"
_ID = re.compile(r"(?:sha256:)?[a-f0-9]{12,64}")


def docker_image(text: str) -> BlobStore:
    """The image of that name or id in Docker's storage; raises `InvalidReference`, `UsageError` or `SourceError`."""
    image = _checked(text, DOCKER)
    address = docker_address(os.environ)
    return _store(DOCKER, image, lambda closed: EngineClient(address, closed).export(image))


def podman_image(text: str) -> BlobStore:
    """The image of that name or id in podman's storage: from its service if it runs, else by `podman save`.

    Without podman, buildah exports the image: it has the same storage. Raises `InvalidReference`, `UsageError` or
    `SourceError`.
    """
    image = _checked(text, PODMAN)
    address = podman_address(os.environ)
    if address:
        return _store(PODMAN, image, lambda closed: EngineClient(address, closed).export(image))
    if shutil.which("podman"):
        command = ["podman", "save", "--quiet", "--format", "docker-archive", image]
    elif shutil.which("buildah"):
        command = ["buildah", "push", "--quiet", image, "docker-archive:/dev/stdout"]
    else:
        raise SourceError("podman is not found: neither its service nor its program")
    return _store(PODMAN, image, lambda closed: output_of(command, image, closed))


def _checked(text: str, transport: str) -> str:
    """The name with a tag, or the id; anything else is refused before an engine sees it."""
    if _ID.fullmatch(text):
        return text
    if not text:
        raise InvalidReference(f"`{transport}:` names no image", hint=f"write, for example, `{transport}:alpine:3.20`")
    Reference.parse(text)
    has_tag = "@" in text or ":" in text.rpartition("/")[2]
    return text if has_tag else f"{text}:latest"


def _store(transport: str, image: str, export: Export) -> BlobStore:
    location = display(image, limit=200)

    def opener(closed: threading.Event) -> ArchiveFile:
        with export(closed) as chunks:
            return copy_of(chunks, f"{transport}:{location}", closed)

    files = TarStore(opener, location)
    return LocalStore(f"{transport}:{location}", files, partial(find_in_docker_archive, files, ImageSelector()))
