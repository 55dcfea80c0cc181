"""Sources for images on this machine: layouts and archives, named by path, standard input, and engines."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import SourceError
from layerscope.sources.any_archive import AnyArchiveSource
from layerscope.sources.archive_file import open_path, open_stdin
from layerscope.sources.directory_store import DirectoryStore
from layerscope.sources.docker_archive import DockerArchiveSource
from layerscope.sources.engines.images import DOCKER, PODMAN, docker_image, podman_image
from layerscope.sources.oci_layout import LAYOUT_FILE, OciLayoutSource
from layerscope.sources.recognition import not_an_image, unreadable
from layerscope.sources.selector import ImageSelector, split_selector
from layerscope.sources.tar_store import TarStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.sources.source import ImageSource


def local_image(text: str) -> ImageSource:
    """The image at `PATH[:SELECTOR]`, of whichever kind its content tells.

    Raises `SourceError` where there is nothing, or no image.
    """
    path, selector = _split(text)
    if _is_directory(path):
        return _layout(path, selector)
    return AnyArchiveSource(_tar(path), selector)


def oci_layout(text: str) -> ImageSource:
    """The image of the layout `DIR[:SELECTOR]`; raises `SourceError` where it is none."""
    return _layout(*_split(text))


def oci_archive(text: str) -> ImageSource:
    """The image of the layout in a tar `FILE[:SELECTOR]`; raises `SourceError` where that is no archive."""
    path, selector = _split(text)
    return OciLayoutSource(_tar(path), selector, "oci-archive")


def docker_archive(text: str) -> ImageSource:
    """The image of the docker-archive `FILE[:SELECTOR]`; raises `SourceError` where that is no archive."""
    path, selector = _split(text)
    return DockerArchiveSource(_tar(path), selector)


def stdin_image(file: int) -> ImageSource:
    """The image in the archive that standard input, the open `file`, brings; raises `SourceError` for a terminal."""
    return AnyArchiveSource(TarStore(open_stdin(file), "-"), ImageSelector())


TRANSPORTS: dict[str, Callable[[str], ImageSource]] = {
    "oci": oci_layout,
    "oci-archive": oci_archive,
    "docker-archive": docker_archive,
    DOCKER: docker_image,
    PODMAN: podman_image,
}
"""The sources by their names, which but for `podman` are those of containers-transports(5)."""


def _split(text: str) -> tuple[str, ImageSelector]:
    path, selector = split_selector(text)
    if not path or "\0" in path:
        raise SourceError(f"`{display(text, limit=200)}` names no file")
    return path, selector


def _layout(path: str, selector: ImageSelector) -> ImageSource:
    shown = display(path, limit=200)
    if not _is_directory(path):
        raise SourceError(f"`{shown}` is not a directory", hint=f"for a layout in a tar, write `oci-archive:{shown}`")
    store = DirectoryStore(path)
    if not store.has(LAYOUT_FILE):
        raise not_an_image(shown, f"the directory has no `{LAYOUT_FILE}`")
    return OciLayoutSource(store, selector)


def _is_directory(path: str) -> bool:
    """Whether it is one, or something else; raises `SourceError` where nothing can be found at all."""
    try:
        return stat.S_ISDIR(Path(path).stat().st_mode)
    except OSError as error:
        raise unreadable(display(path, limit=200), error) from error


def _tar(path: str) -> TarStore:
    return TarStore(open_path(path), display(path, limit=200))
