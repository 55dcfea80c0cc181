"""A layer that was read, as a file of the storage: the index in the format of the cache, and the verdict."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from layerscope.blobs.status import BlobStatus
from layerscope.cache.format import CachedLayer, UnusableFile, encode
from layerscope.errors import NotFound
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.oci import Digest
from layerscope.survey.plan import LAYERS
from layerscope.survey.storage import Storage

SOUND, DAMAGED = ".layer", ".damaged"
"""The suffixes of a layer that was read whole, and of one that the next run reads again."""
_UNREAD = LayerContent(LayerIndex(), BlobStatus.UNVERIFIED, "the layer was not read")
_NO_DIGEST = Digest.of(b"")
_log = logging.getLogger(__name__)


def save(storage: Storage, key: str, content: LayerContent) -> None:
    """Write a layer; raises `StorageError`."""
    verdict = {
        "status": content.status.value,
        "problem": content.problem,
        "blobDigest": _text(content.blob_digest),
        "diffId": _text(content.diff_id),
    }
    index = replace(content.index, kept={})  # no figure needs these contents
    pieces = encode(verdict, replace(content, index=index, blob_digest=_NO_DIGEST, diff_id=_NO_DIGEST))
    suffix = SOUND if content.is_sound else DAMAGED
    storage.write(f"{LAYERS}/{key}{suffix}", zlib.compress(b"".join(pieces), 1))


def load(storage: Storage, key: str) -> LayerContent:
    """A layer that `save` wrote; without a sound file, a layer without entries that says so. Raises `StorageError`."""
    for suffix in (SOUND, DAMAGED):
        try:
            return _parse(storage.read(f"{LAYERS}/{key}{suffix}"))
        except NotFound:
            continue
        except (UnusableFile, KeyError, ValueError, zlib.error):
            _log.info("the file of the layer %s in the output is damaged", key)
    return _UNREAD


def _parse(data: bytes) -> LayerContent:
    cached = CachedLayer.of(memoryview(zlib.decompress(data)))
    verdict: Mapping[str, Any] = cached.key
    return replace(
        cached.content(),
        status=BlobStatus(verdict["status"]),
        problem=verdict["problem"],
        blob_digest=_digest(verdict["blobDigest"]),
        diff_id=_digest(verdict["diffId"]),
    )


def _text(digest: Digest | None) -> str | None:
    return str(digest) if digest else None


def _digest(text: str | None) -> Digest | None:
    return Digest.parse(text) if text else None
