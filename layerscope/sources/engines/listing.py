"""The images that the engines of this machine have, by name."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from layerscope.errors import InvalidReference, SourceError
from layerscope.oci import Reference
from layerscope.sources.engines.address import docker_address, podman_address
from layerscope.sources.engines.client import EngineClient
from layerscope.sources.engines.images import DOCKER, PODMAN, STORAGE
from layerscope.sources.engines.lookup import is_same

MOST_NAMES = 1000
"""Names of one engine."""
_ANSWER_SECONDS = 5.0
_FORMAT = ("images", "--format", "{{.Repository}}:{{.Tag}}")
"""The arguments by which podman lists its images; buildah has other names for the same."""
_PROGRAMS = {"podman": _FORMAT, "buildah": ("images", "--format", "{{.Name}}:{{.Tag}}")}


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine; `ask` returns texts that open its images, and raises `LayerscopeError` if it does not answer.

    Setting the event ends the wait.
    """

    name: str
    ask: Callable[[threading.Event], list[str]]


def engines() -> tuple[Engine, ...]:
    """Docker and podman; none of them is asked yet."""
    return Engine("docker", _docker_images), Engine("podman", _podman_images)


def _docker_images(closed: threading.Event) -> list[str]:
    address = docker_address(os.environ)
    if is_same(address, podman_address(os.environ)):
        return []
    return _named(DOCKER, EngineClient(address, closed).image_names())


def _podman_images(closed: threading.Event) -> list[str]:
    if address := podman_address(os.environ):
        return _named(PODMAN, EngineClient(address, closed).image_names())
    return _named(STORAGE, _by_program())


def _by_program() -> list[str]:
    program = next(filter(shutil.which, _PROGRAMS), None)
    if program is None:
        raise SourceError("podman is not found: no program `podman` or `buildah` is installed")
    try:
        done = subprocess.run(  # noqa: S603 - a program of the user, without arguments from outside
            [program, *_PROGRAMS[program]],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ANSWER_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"`{program}` does not answer") from error
    except OSError as error:
        raise SourceError(f"`{program}` cannot be run: {error.strerror}") from error
    if done.returncode:
        raise SourceError(f"`{program} images` failed")
    return done.stdout.decode("utf-8", "replace").splitlines()


def _named(transport: str, names: Iterable[str]) -> list[str]:
    """The texts that open these images; an image without a name and a tag is left out."""
    return [f"{transport}:{name}" for name in _valid(names)][:MOST_NAMES]


def _valid(names: Iterable[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        try:
            Reference.parse(name)
        except InvalidReference:
            continue
        yield name
