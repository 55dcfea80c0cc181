"""`LayerCache`: layers that were read and verified, by digest and diff_id."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerscope.blobs.status import BlobStatus
from layerscope.cache.format import READER, CachedLayer, UnusableFile, encode
from layerscope.cache.private_directory import TEMPORARY, PrivateDirectory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layerscope.cache.private_directory import CachedFile
    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.image import Layer

MAX_SIZE = 1 << 30
"""Bytes that the cache may take: what was used least recently makes room for what is new."""
_ANY_SUFFIX = ".layer"
_SUFFIX = f".{READER}{_ANY_SUFFIX}"
"""Of files that this reader wrote, and can use."""
_STALE_SECONDS = 3600
"""No process writes longer than that."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedRow:
    """A layer in the cache: digest, entries, bytes on disk, last use in seconds since the epoch."""

    digest: str
    entry_count: int
    size: int
    used: float


class LayerCache:
    """The cache in `path`. No method of it fails for what happens on disk: then nothing is found, or kept.

    Why is told to the log, once.
    """

    def __init__(self, path: Path, max_size: int = MAX_SIZE) -> None:
        self.path = path
        self._directory = PrivateDirectory(path)
        self._max_size = max_size
        self._has_logged = False

    def get(self, layer: Layer, stamp: str = "") -> LayerContent | None:
        """The content of a layer as it was when it was read and verified, if it is here and undamaged.

        `stamp` tells apart what has one digest but may be other bytes, as files on disk may.
        """
        key = _key(layer, stamp)
        try:
            data = self._directory.read(_name(key))
            if data is None:
                return None
            cached = CachedLayer.of(data)
            return cached.content() if cached.key == key else None
        except OSError as error:
            self._tell("cannot be read", error)
        except UnusableFile as error:
            _log.info("the layer %s is read again: what is cached of it is not used, %s", key["digest"], error)
        return None

    def put(self, layer: Layer, content: LayerContent, stamp: str = "") -> None:
        """Keep the content of a layer, if it is verified; what was used least recently may have to go."""
        if content.status is not BlobStatus.VERIFIED:
            return
        key = _key(layer, stamp)
        try:
            pieces = encode(key, content)
            if sum(map(len, pieces)) <= self._max_size:
                self._directory.write(_name(key), pieces)
                self.prune(self._max_size)
        except OSError as error:
            self._tell("cannot be written", error)

    def rows(self) -> list[CachedRow]:
        """What is in the cache, last used first; raises `OSError`."""
        return sorted(self._rows(), key=lambda row: -row.used)

    def prune(self, max_size: int) -> tuple[int, int]:
        """Remove what was used least recently until no more than `max_size` bytes are left; raises `OSError`.

        Returns how many files went, and their bytes. What a killed process left half-written, and what another version
        of the reader wrote, goes too.
        """
        left, removed = 0, []
        for file in sorted(self._directory.files(), key=lambda file: -file.used):
            is_layer = file.name.endswith(_SUFFIX)
            if _is_left_over(file) or _is_of_another_reader(file) or (is_layer and left + file.size > max_size):
                removed.append(file)
                self._directory.remove(file.name)
            elif is_layer:
                left += file.size
        return len(removed), sum(file.size for file in removed)

    def _rows(self) -> Iterator[CachedRow]:
        for file in self._directory.files():
            with suppress(OSError, UnusableFile):  # it is not ours, or damaged: `get` would not use it either
                data = self._directory.read(file.name, mark_used=False) if file.name.endswith(_SUFFIX) else None
                if data is not None:
                    cached = CachedLayer.of(data)
                    yield CachedRow(cached.key["digest"], cached.entry_count, file.size, file.used)

    def _tell(self, what: str, error: OSError) -> None:
        if not self._has_logged:
            self._has_logged = True
            _log.info("the cache in `%s` %s: %s", self.path, what, error.strerror)


def _key(layer: Layer, stamp: str) -> dict[str, Any]:
    """All that decides what reading the layer gives, the reader included."""
    return {
        "reader": READER,
        "digest": str(layer.descriptor.digest),
        "size": layer.descriptor.size,
        "mediaType": layer.descriptor.media_type,
        "diffId": str(layer.diff_id) if layer.diff_id else None,
        "stamp": stamp,
    }


def _name(key: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(key).encode()).hexdigest() + _SUFFIX


def _is_left_over(file: CachedFile) -> bool:
    """Whether a process that was killed has left it."""
    return file.name.startswith(TEMPORARY) and file.used < time.time() - _STALE_SECONDS


def _is_of_another_reader(file: CachedFile) -> bool:
    return file.name.endswith(_ANY_SUFFIX) and not file.name.endswith(_SUFFIX)
