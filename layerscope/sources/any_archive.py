"""An archive of which only its members tell the kind: a docker-archive, or an OCI layout in a tar."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from layerscope.sources.docker_archive import DockerArchiveSource
from layerscope.sources.docker_manifest import MANIFEST_FILE
from layerscope.sources.docker_v1 import is_v1
from layerscope.sources.oci_layout import INDEX_FILE, OciLayoutSource
from layerscope.sources.recognition import not_an_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.image import Image
    from layerscope.oci.platform import Platform
    from layerscope.sources.selector import ImageSelector
    from layerscope.sources.source import ImageSource
    from layerscope.sources.tar_store import TarStore


class AnyArchiveSource:
    """The image of an archive of either kind; which one is found out when it is first read."""

    def __init__(self, store: TarStore, selector: ImageSelector) -> None:
        self._store = store
        self._selector = selector
        self._lock = threading.Lock()
        self._source: ImageSource | None = None

    @property
    def name(self) -> str:
        """The file as it was named, and what selects an image of it."""
        return f"{self._store.location}{self._selector}"

    def resolve(self, platform: Platform | None) -> Image:
        """As the source for its kind does; raises `SourceError` where the archive is of neither kind."""
        return self._chosen().resolve(platform)

    def open_blob(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """As the source for its kind does."""
        return self._chosen().open_blob(descriptor)

    def roots(self, platform: Platform | None) -> tuple[Descriptor, ...]:
        """As the source for its kind does."""
        return self._chosen().roots(platform)

    def open_manifest(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """As the source for its kind does."""
        return self._chosen().open_manifest(descriptor)

    def stamp(self, descriptor: Descriptor) -> str | None:
        """As the source for its kind does."""
        return self._chosen().stamp(descriptor)

    def close(self) -> None:
        """Close the archive."""
        self._store.close()

    def _chosen(self) -> ImageSource:
        with self._lock:
            if self._source is None:
                self._source = self._recognise()
            return self._source

    def _recognise(self) -> ImageSource:
        """What has a `manifest.json` is a docker-archive, even if it is an OCI layout besides."""
        if self._store.has(MANIFEST_FILE):
            return DockerArchiveSource(self._store, self._selector)
        if self._store.has(INDEX_FILE):
            return OciLayoutSource(self._store, self._selector, "oci-archive")
        if is_v1(self._store):
            return DockerArchiveSource(self._store, self._selector)
        raise not_an_image(self._store.location, f"it has neither `{MANIFEST_FILE}` nor `{INDEX_FILE}`")
