"""Read one layer's bytes to its `LayerContent`, in one streaming pass."""

from collections.abc import Iterable
from itertools import chain

from layerscope.blobs.blob import Blob
from layerscope.layers.chunks import joined
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.layers.stream import TarStream
from layerscope.layers.tar.scanner import TarScanner
from layerscope.layers.verdict import Evidence, judge, oddities
from layerscope.oci import Layer, media_types

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
    )


def _scan(stream: TarStream, media_type: str) -> TarScanner | None:
    """All entries; None if the media type is unknown and the content is not a tar."""
    chunks = joined(stream, CHUNK_SIZE)
    first = next(chunks, b"")
    if not media_types.is_layer(media_type) and first[_MAGIC] != b"ustar":
        return None
    scanner = TarScanner()
    for chunk in chain([first], chunks):
        scanner.feed(chunk)
    scanner.finish()
    return scanner
