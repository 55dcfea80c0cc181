"""`LayerCache`: verified layers by digest and diff_id, and the checkpoints of those that were read again."""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layerscope.blobs.status import BlobStatus
from layerscope.cache.checkpoint_file import encode as encode_checkpoints, parse as parse_checkpoints
from layerscope.cache.format import READER, CachedLayer, UnusableFile, encode
from layerscope.cache.private_directory import TEMPORARY, CachedFile, PrivateDirectory
from layerscope.layers.checkpoints import Checkpoints
from layerscope.layers.layer_content import LayerContent
from layerscope.oci import Layer

MAX_SIZE = 1 << 30
"""Maximum bytes of the cache: the least recently used layers make room for new ones."""
_SUFFIX = f".{READER}.layer"
"""The suffix of files that this reader wrote and can use."""
_CHECKPOINTS = f".{READER}.checkpoints"
"""The suffix of the checkpoints of such a layer, which has the same name."""
_OWN = (_SUFFIX, _CHECKPOINTS)
_OF_ANY_READER = (".layer", ".checkpoints")
_STALE_SECONDS = 3600
"""No process writes a file for longer."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedRow:
    """A layer in the cache: digest, entries, bytes on disk with checkpoints, last use in seconds since the epoch."""

    digest: str
    entry_count: int
    size: int
    used: float


class LayerCache:
    """The cache in `path`. If the disk fails, `get` and `put` do nothing, and the first error is logged."""

    def __init__(self, path: Path, max_size: int = MAX_SIZE) -> None:
        self.path = path
        self._directory = PrivateDirectory(path)
        self._max_size = max_size
        self._has_logged = False

    def get(self, layer: Layer, stamp: str = "") -> LayerContent | None:
        """The verified content of a layer; None if it is not cached, or damaged.

        `stamp` distinguishes blobs that have one digest but may have different bytes, as files on disk may.
        """
        key = _key(layer, stamp)
        try:
            data = self._directory.read(_stem(key) + _SUFFIX)
            if data is None:
                return None
            cached = CachedLayer.of(data)
            return cached.content() if cached.key == key else None
        except OSError as error:
            self._log_once("cannot be read", error)
        except UnusableFile as error:
            _log.info("the layer %s is read again: its index in the cache cannot be used: %s", key["digest"], error)
        return None

    def put(self, layer: Layer, content: LayerContent, stamp: str = "") -> None:
        """Keep the content of a layer if it is verified; the least recently used layers may be removed."""
        if content.status is not BlobStatus.VERIFIED:
            return
        key = _key(layer, stamp)
        try:
            pieces = encode(key, content)
            if sum(map(len, pieces)) <= self._max_size:
                self._directory.write(_stem(key) + _SUFFIX, pieces)
                self.prune(self._max_size)
        except OSError as error:
            self._log_once("cannot be written", error)

    def checkpoints(self, layer: Layer, stamp: str = "") -> Checkpoints | None:
        """The checkpoints of a layer; None if there are none. A file that cannot be used is removed."""
        key = _key(layer, stamp)
        try:
            data = self._directory.read(_stem(key) + _CHECKPOINTS)
            return parse_checkpoints(data, key, layer.descriptor.size) if data is not None else None
        except OSError as error:
            self._log_once("cannot be read", error)
        except UnusableFile as error:
            _log.info("the checkpoints of %s in the cache cannot be used: %s", key["digest"], error)
            self.forget_checkpoints(layer, stamp)
        return None

    def put_checkpoints(self, layer: Layer, checkpoints: Checkpoints, stamp: str = "") -> None:
        """Keep the checkpoints of a layer that is cached; the least recently used layers may be removed."""
        key = _key(layer, stamp)
        try:
            if self._directory.read(_stem(key) + _SUFFIX) is not None:
                self._directory.write(_stem(key) + _CHECKPOINTS, encode_checkpoints(key, checkpoints))
                self.prune(self._max_size)
        except OSError as error:
            self._log_once("cannot be written", error)

    def forget_checkpoints(self, layer: Layer, stamp: str = "") -> None:
        """Remove the checkpoints of a layer, which were of no use."""
        try:
            self._directory.remove(_stem(_key(layer, stamp)) + _CHECKPOINTS)
        except OSError as error:
            self._log_once("cannot be written", error)

    def rows(self) -> list[CachedRow]:
        """The cached layers, last used first; raises `OSError`."""
        return sorted(self._rows(), key=lambda row: -row.used)

    def prune(self, max_size: int) -> tuple[int, int]:
        """Remove the least recently used layers until at most `max_size` bytes are left; raises `OSError`.

        A layer goes with its checkpoints. Also removes unfinished files of killed processes, files of other versions
        of the reader, and checkpoints without a layer. Returns the number of removed files, and their bytes.
        """
        files = self._directory.files()
        left, removed = 0, [file for file in files if _is_left_over(file) or _is_of_another_reader(file)]
        for layer in sorted(_by_layer(files), key=lambda layer: -_used(layer)):
            if left + _size(layer) > max_size or not any(file.name.endswith(_SUFFIX) for file in layer):
                removed += layer
            else:
                left += _size(layer)
        for file in removed:
            self._directory.remove(file.name)
        return len(removed), _size(removed)

    def _rows(self) -> Iterator[CachedRow]:
        for layer in _by_layer(self._directory.files()):
            for file in layer:
                with suppress(OSError, UnusableFile):  # of another reader, or damaged: `get` would not use it either
                    data = self._directory.read(file.name, mark_used=False) if file.name.endswith(_SUFFIX) else None
                    if data is not None:
                        cached = CachedLayer.of(data)
                        yield CachedRow(cached.key["digest"], cached.entry_count, _size(layer), _used(layer))

    def _log_once(self, what: str, error: OSError) -> None:
        if not self._has_logged:
            self._has_logged = True
            _log.info("the cache in `%s` %s: %s", self.path, what, error.strerror)


def _key(layer: Layer, stamp: str) -> dict[str, Any]:
    """Everything that determines the content of the layer, the reader included."""
    return {
        "reader": READER,
        "digest": str(layer.descriptor.digest),
        "size": layer.descriptor.size,
        "mediaType": layer.descriptor.media_type,
        "diffId": str(layer.diff_id) if layer.diff_id else None,
        "stamp": stamp,
    }


def _stem(key: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()


def _by_layer(files: list[CachedFile]) -> list[list[CachedFile]]:
    """The files of this reader, those of a layer together."""
    layers: dict[str, list[CachedFile]] = {}
    for file in files:
        if file.name.endswith(_OWN):
            layers.setdefault(file.name.partition(".")[0], []).append(file)
    return list(layers.values())


def _size(files: list[CachedFile]) -> int:
    return sum(file.size for file in files)


def _used(files: list[CachedFile]) -> float:
    return max(file.used for file in files)


def _is_left_over(file: CachedFile) -> bool:
    return file.name.startswith(TEMPORARY) and file.used < time.time() - _STALE_SECONDS


def _is_of_another_reader(file: CachedFile) -> bool:
    return file.name.endswith(_OF_ANY_READER) and not file.name.endswith(_OWN)
