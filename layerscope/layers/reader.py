"""Read one layer's bytes to its `LayerContent`, in one streaming pass, with the verdict on them.

The verdict is on the size, the digest, the compression, the diff_id and the tar, the most serious first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from layerscope.blobs.blob import Blob
from layerscope.blobs.spare_cores import using_core
from layerscope.blobs.status import BlobStatus
from layerscope.blobs.verified import unchecked_bytes, wrong_bytes
from layerscope.display import display
from layerscope.layers.ahead import ahead
from layerscope.layers.codecs import Codec
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.layers.stream import TarStream, joined
from layerscope.layers.tar.scanner import TarScanner
from layerscope.oci import Layer, media_types

if TYPE_CHECKING:
    Defect = tuple[BlobStatus, str]

_BOMB_RATIO = 1000
_ENDING_EARLY = (BlobStatus.TOO_LARGE, BlobStatus.TRUNCATED)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What was promised and what was read; `scanner` is None if the content was not read as a tar."""

    layer: Layer
    blob: Blob
    stream: TarStream
    scanner: TarScanner | None


def judge(evidence: Evidence) -> tuple[BlobStatus, str, list[str]]:
    """The status, its reason, and any other problems.

    If the blob is cut short, or reading stopped, the codec and the tar end early too; only one problem is reported.
    """
    what = "the layer" if evidence.layer.is_changeset else "the blob"
    contents = _content_findings(evidence) if evidence.layer.is_changeset else ()
    findings = [*wrong_bytes(evidence.blob, what), *contents, *unchecked_bytes(evidence.blob, what)]
    if not findings:
        return BlobStatus.VERIFIED, "", []
    (status, problem), *others = findings
    if status in _ENDING_EARLY:
        others = [other for other in others if other[0] is not BlobStatus.TRUNCATED]
    return status, problem, [sentence for _, sentence in others]


def oddities(evidence: Evidence) -> Iterator[str]:
    """Harmless oddities of the layer."""
    media_type, stream = evidence.layer.descriptor.media_type, evidence.stream
    if evidence.scanner and not media_types.is_layer(media_type):
        yield f"`{display(media_type, limit=80)}` is not the media type of a layer; the content is read as a tar"
    elif evidence.scanner and stream.size and stream.codec is not _codec_of_type(media_type):
        yield f"the media type says {_codec_of_type(media_type)}, but the content is {stream.codec}"
    if stream.size > _BOMB_RATIO * evidence.blob.size:
        yield f"the layer expands to {stream.size // evidence.blob.size:,} times its size"
    if evidence.layer.diff_id and not evidence.layer.diff_id.verifiable:
        yield f"the algorithm `{display(evidence.layer.diff_id.algorithm, limit=40)}` of the diff_id is unknown"
    yield from stream.warnings
    if evidence.scanner:
        yield from evidence.scanner.warnings


def _content_findings(evidence: Evidence) -> Iterator[Defect]:
    stream, expected, media_type = evidence.stream, evidence.layer.diff_id, evidence.layer.descriptor.media_type
    if evidence.scanner is None:
        yield BlobStatus.UNSUPPORTED, _unsupported(media_type)
        return
    if stream.damage:
        yield stream.damage.status, stream.damage.message
    if expected and expected.verifiable and stream.diff_id and stream.diff_id != expected:
        yield BlobStatus.MISMATCH, f"the uncompressed layer has the digest {stream.diff_id}, not the diff_id {expected}"
    tar_damage = evidence.scanner.damage
    if tar_damage and not (stream.damage and tar_damage.status is BlobStatus.TRUNCATED):
        yield tar_damage.status, tar_damage.message


def _unsupported(media_type: str) -> str:
    if media_types.is_encrypted(media_type):
        return "the layer is encrypted"
    return f"`{display(media_type, limit=80)}` is not the media type of a file system layer"


def _codec_of_type(media_type: str) -> Codec:
    return next((codec for codec in Codec if media_type.endswith(codec)), Codec.PLAIN)


CHUNK_SIZE = 1 << 17
"""Tar bytes scanned at a time."""

_MAGIC = slice(257, 262)


def read_layer(chunks: Iterable[bytes], layer: Layer) -> LayerContent:
    """Read a blob to its end: count, digest, inflate, diff_id, tar entries; the last three only for changesets.

    Problems of the bytes are in `status`, `problem` and `warnings` of the result. Only errors of `chunks` are raised.
    """
    blob = Blob(chunks, layer.descriptor)
    stream = TarStream(blob, layer.diff_id)
    scanner = None
    if layer.is_changeset and not media_types.is_encrypted(layer.descriptor.media_type):
        scanner = _scan(stream, layer.descriptor.media_type)
    blob.drain()
    evidence = Evidence(layer, blob, stream, scanner)
    status, problem, further = judge(evidence)
    return LayerContent(
        index=scanner.index(stream.positions) if scanner else LayerIndex(),
        status=status,
        problem=problem,
        warnings=(*further, *oddities(evidence)),
        blob_size=blob.size,
        tar_size=stream.size,
        blob_digest=blob.digest,
        diff_id=stream.diff_id,
        start_points=stream.start_points,
    )


def _scan(stream: TarStream, media_type: str) -> TarScanner | None:
    """All entries; None if the media type is unknown and the content is not a tar."""
    with using_core(), closing(ahead(joined(stream, CHUNK_SIZE))) as chunks:
        first = next(chunks, b"")
        if not media_types.is_layer(media_type) and first[_MAGIC] != b"ustar":
            return None
        scanner = TarScanner()
        for chunk in chain([first], chunks):
            scanner.feed(chunk)
        scanner.finish()
        return scanner
