"""Stores for images on this machine: layouts and archives, named by path, standard input, and engines."""

import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

from layerscope.blobs.store import BlobStore
from layerscope.display import display
from layerscope.errors import NotFound, SourceError
from layerscope.oci import Platform
from layerscope.sources.archive_file import open_path, open_stdin
from layerscope.sources.bare_layer import OF_A_TAR, find_bare_layer
from layerscope.sources.directory_store import DirectoryStore
from layerscope.sources.docker_archive import find_in_docker_archive
from layerscope.sources.docker_manifest import MANIFEST_FILE, read_archived_images
from layerscope.sources.docker_v1 import is_v1
from layerscope.sources.engines import images as engines
from layerscope.sources.file_store import FileStore
from layerscope.sources.local_store import ImageSelector, LocalStore, StoredImage, split_selector
from layerscope.sources.oci_layout import INDEX_FILE, LAYOUT_FILE, find_in_layout
from layerscope.sources.recognition import not_an_image, unreadable
from layerscope.sources.skopeo_directory import find_in_skopeo_directory, is_skopeo_directory
from layerscope.sources.tar_store import TarStore, is_of_an_image


def local_image(text: str) -> BlobStore:
    """The image at `PATH[:SELECTOR]`; its content decides what kind it is.

    Raises `SourceError` if nothing is at the path, or no image.
    """
    path, selector = _split(text)
    return _any_directory(path, selector) if _is_directory(path) else _any_archive(_tar(path), selector)


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


def skopeo_directory(path: str) -> BlobStore:
    """The image that `skopeo copy IMAGE dir:PATH` wrote; raises `SourceError` if nothing is at the path."""
    shown = display(path, limit=200)
    if not path or "\0" in path:
        raise SourceError(f"`{shown}` names no directory")
    if not _is_directory(path):
        raise SourceError(f"`{shown}` is not a directory")
    files = DirectoryStore(path)
    return LocalStore(f"dir:{shown}", files, lambda _platform: find_in_skopeo_directory(files, ImageSelector()))


def stdin_image(file: int) -> BlobStore:
    """The image in the archive on standard input, the open `file`; raises `SourceError` for a terminal."""
    return _any_archive(TarStore(open_stdin(file), "-"), ImageSelector())


TRANSPORTS: dict[str, Callable[[str], BlobStore]] = {
    "oci": oci_layout,
    "oci-archive": oci_archive,
    "docker-archive": docker_archive,
    "dir": skopeo_directory,
    engines.DOCKER: engines.docker_image,
    engines.DOCKER_CONTAINER: engines.docker_container,
    engines.PODMAN: engines.podman_image,
    engines.PODMAN_CONTAINER: engines.podman_container,
    engines.STORAGE: engines.storage_image,
    engines.CONTAINERD: engines.containerd_image,
}
"""The kinds of images by their names; those that containers-transports(5) has too are named as there."""


def find_in_archive(files: TarStore, selector: ImageSelector, platform: Platform | None) -> StoredImage:
    """The image of an archive; its members decide what kind it is, and a tar of no kind is a layer.

    Raises `SourceError` if the archive is cut before its kind is known, and what the kind raises.
    """
    find = _kind_of(files)
    if find:
        return find(files, selector, platform)
    if any(map(is_of_an_image, files.names())):
        files.check_complete()
    if str(selector):
        raise NotFound(f"`{files.location}` has no image `{str(selector).lstrip(':')}`: it is a single tar archive")
    return find_bare_layer(files, OF_A_TAR)


def _kind_of(files: FileStore) -> Callable[[FileStore, ImageSelector, Platform | None], StoredImage] | None:
    """The function that finds the image in files of this kind; None if their names are not those of an image.

    Files with a `manifest.json` are a docker-archive, even if they are an OCI layout too.
    """
    if is_skopeo_directory(files):
        return lambda files, selector, _platform: find_in_skopeo_directory(files, selector)
    if files.has(MANIFEST_FILE) or (not files.has(INDEX_FILE) and is_v1(files)):
        return find_in_docker_archive
    return find_in_layout if files.has(INDEX_FILE) else None


def _any_archive(files: TarStore, selector: ImageSelector) -> BlobStore:
    return LocalStore(f"{files.location}{selector}", files, partial(find_in_archive, files, selector))


def _split(text: str) -> tuple[str, ImageSelector]:
    path, selector = split_selector(text)
    if not path or "\0" in path:
        raise SourceError(
            f"`{display(text, limit=200)}` is not a path" if text else "the path after the colon is missing"
        )
    return path, selector


def _any_directory(path: str, selector: ImageSelector) -> BlobStore:
    files = DirectoryStore(path)
    if files.has(LAYOUT_FILE) and not files.has(MANIFEST_FILE):
        return _layout(path, selector)
    find = _kind_of(files)
    if find is find_in_docker_archive and files.has(MANIFEST_FILE):
        read_archived_images(files)  # a web site has a file of that name too
    if find is None or find is find_in_layout:
        raise not_an_image(files.location, f"the directory has neither `{LAYOUT_FILE}` nor `{MANIFEST_FILE}`")
    return LocalStore(f"{files.location}{selector}", files, partial(find, files, selector))


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
