"""Stores for images on this machine: layouts and archives, named by path, standard input, and engines."""

import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

from layerscope.blobs.store import BlobStore
from layerscope.display import display
from layerscope.errors import SourceError
from layerscope.oci import Platform
from layerscope.sources.archive_file import open_path, open_stdin
from layerscope.sources.directory_store import DirectoryStore
from layerscope.sources.docker_archive import find_in_docker_archive
from layerscope.sources.docker_manifest import MANIFEST_FILE
from layerscope.sources.docker_v1 import is_v1
from layerscope.sources.engines.images import DOCKER, PODMAN, docker_image, podman_image
from layerscope.sources.local_store import ImageSelector, LocalStore, StoredImage, split_selector
from layerscope.sources.oci_layout import INDEX_FILE, LAYOUT_FILE, find_in_layout
from layerscope.sources.recognition import not_an_image, unreadable
from layerscope.sources.tar_store import TarStore


def local_image(text: str) -> BlobStore:
    """The image at `PATH[:SELECTOR]`; its content decides what kind it is.

    Raises `SourceError` if nothing is at the path, or no image.
    """
    path, selector = _split(text)
    return _layout(path, selector) if _is_directory(path) else _any_archive(_tar(path), selector)


def oci_layout(text: str) -> BlobStore:
    """The image of the layout `DIR[:SELECTOR]`; raises `SourceError` if the directory is no layout."""
    return _layout(*_split(text))


def oci_archive(text: str) -> BlobStore:
    """The image of the layout in a tar `FILE[:SELECTOR]`; raises `SourceError` if the file is no archive."""
    path, selector = _split(text)
    files = _tar(path)
    return LocalStore(f"oci-archive:{files.location}{selector}", files, partial(find_in_layout, files, selector))


def docker_archive(text: str) -> BlobStore:
    """The image of the docker-archive `FILE[:SELECTOR]`; raises `SourceError` if the file is no archive."""
    path, selector = _split(text)
    files = _tar(path)
    find = partial(find_in_docker_archive, files, selector)
    return LocalStore(f"docker-archive:{files.location}{selector}", files, find)


def stdin_image(file: int) -> BlobStore:
    """The image in the archive on standard input, the open `file`; raises `SourceError` for a terminal."""
    return _any_archive(TarStore(open_stdin(file), "-"), ImageSelector())


TRANSPORTS: dict[str, Callable[[str], BlobStore]] = {
    "oci": oci_layout,
    "oci-archive": oci_archive,
    "docker-archive": docker_archive,
    DOCKER: docker_image,
    PODMAN: podman_image,
}
"""The kinds of images by their names; all except `podman` are from containers-transports(5)."""


def find_in_archive(files: TarStore, selector: ImageSelector, platform: Platform | None) -> StoredImage:
    """The image of an archive; its members decide what kind it is.

    An archive with a `manifest.json` is a docker-archive, even if it is an OCI layout too. Raises `SourceError` if the
    kind is unknown, and what the kind raises.
    """
    if not files.has(MANIFEST_FILE) and files.has(INDEX_FILE):
        return find_in_layout(files, selector, platform)
    if files.has(MANIFEST_FILE) or is_v1(files):
        return find_in_docker_archive(files, selector, platform)
    raise not_an_image(files.location, f"it has neither `{MANIFEST_FILE}` nor `{INDEX_FILE}`")


def _any_archive(files: TarStore, selector: ImageSelector) -> BlobStore:
    return LocalStore(f"{files.location}{selector}", files, partial(find_in_archive, files, selector))


def _split(text: str) -> tuple[str, ImageSelector]:
    path, selector = split_selector(text)
    if not path or "\0" in path:
        raise SourceError(f"`{display(text, limit=200)}` is not a path" if text else "the path of the image is missing")
    return path, selector


def _layout(path: str, selector: ImageSelector) -> BlobStore:
    shown = display(path, limit=200)
    if not _is_directory(path):
        raise SourceError(f"`{shown}` is not a directory", hint=f"for a layout in a tar, use `oci-archive:{shown}`")
    files = DirectoryStore(path)
    if not files.has(LAYOUT_FILE):
        raise not_an_image(shown, f"the directory has no `{LAYOUT_FILE}`")
    return LocalStore(f"oci:{shown}{selector}", files, partial(find_in_layout, files, selector))


def _is_directory(path: str) -> bool:
    """Raises `SourceError` if nothing is at the path."""
    try:
        return stat.S_ISDIR(Path(path).stat().st_mode)
    except OSError as error:
        raise unreadable(display(path, limit=200), error) from error


def _tar(path: str) -> TarStore:
    return TarStore(open_path(path), display(path, limit=200))
