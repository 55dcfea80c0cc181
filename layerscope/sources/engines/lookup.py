"""Which engine of this machine has an image or a container of a name."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from layerscope.errors import LayerscopeError, SourceError
from layerscope.sources.engines.address import EngineAddress, docker_address, podman_address
from layerscope.sources.engines.client import EngineClient
from layerscope.sources.engines.command import succeeds
from layerscope.sources.engines.images import CONTAINER_NAME, DOCKER, DOCKER_CONTAINER, PODMAN, PODMAN_CONTAINER

Ask = Callable[[str, str], bool]
"""Asks an engine whether it has an `image` or a `container` of a name."""


def images_and_containers(name: str, closed: threading.Event) -> tuple[str, ...]:
    """What engines have by that name, as texts that can be opened; containers only if no engine has such an image.

    An engine that does not run, or does not answer, has nothing. Setting `closed` ends the search.
    """
    engines = tuple(_engines(closed))
    images = tuple(f"{transport}:{name}" for transport, _, ask in engines if _has(ask, "image", name))
    if images or not CONTAINER_NAME.fullmatch(name):
        return images
    return tuple(f"{transport}:{name}" for _, transport, ask in engines if _has(ask, "container", name))


def _engines(closed: threading.Event) -> Iterator[tuple[str, str, Ask]]:
    """Each engine once, with the names of its images and containers: Docker's socket may be that of podman."""
    podman = _address(lambda: podman_address(os.environ))
    docker = _address(lambda: docker_address(os.environ))
    if docker and not is_same(docker, podman):
        yield DOCKER, DOCKER_CONTAINER, _service(docker, closed)
    if podman:
        yield PODMAN, PODMAN_CONTAINER, _service(podman, closed)
    else:
        yield PODMAN, PODMAN_CONTAINER, lambda kind, name: succeeds(["podman", kind, "exists", name])


def _address(find: Callable[[], EngineAddress | None]) -> EngineAddress | None:
    try:
        return find()
    except LayerscopeError:
        return None  # a setting that cannot be used; the error for `docker-daemon:NAME` says why


def is_same(docker: EngineAddress, podman: EngineAddress | None) -> bool:
    """Whether two addresses are the same socket."""
    sockets = [Path(engine.socket).resolve() for engine in (docker, podman) if engine and engine.socket]
    return len(sockets) == 2 and sockets[0] == sockets[1]


def _service(address: EngineAddress, closed: threading.Event) -> Ask:
    client = EngineClient(address, closed)
    return lambda kind, name: client.has_image(name) if kind == "image" else client.has_container(name)


def _has(ask: Ask, kind: str, name: str) -> bool:
    try:
        return ask(kind, name)
    except SourceError:
        return False
