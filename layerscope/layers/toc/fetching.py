"""Fetch the table of contents of a layer by ranges, and check it against the digest that the manifest promises.

- eStargz: the last 51 bytes of the blob are an empty gzip member with the position of the table. The table is a
  compressed tar of one file (stargz-snapshotter, docs/estargz.md).
- zstd:chunked: an annotation has the position of the table. It is a zstd stream in a skippable frame.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore, Span
from layerscope.layers.codecs import Codec, decode
from layerscope.layers.damage import Damage
from layerscope.layers.tar import fields
from layerscope.layers.tar.metadata import plain_size
from layerscope.oci import Descriptor, Digest

Watch = Callable[[Iterable[Any]], Iterable[Any]]
Fetch = Callable[[Span], bytes]

MAX_SIZE = 1 << 27
"""Maximum bytes of a table without compression: about 400,000 files."""

_ESTARGZ = "containerd.io/snapshot/stargz/toc.digest"
_ZSTD_PREFIXES = ("io.github.containers.zstd-chunked.", "io.containers.zstd-chunked.")
_ZSTD_POSITION = re.compile(r"(\d{1,18}):(\d{1,18}):(\d{1,18}):1")
_FOOTER_SIZE = 51
_FOOTER = re.compile(rb"\x1f\x8b\x08\x04.{6}\x1a\0SG\x16\0([0-9a-f]{16})STARGZ\x01\0\0\xff\xff\0{8}", re.DOTALL)
_FILE_NAME = b"stargz.index.json"


class Table(NamedTuple):
    """A table whose digest is the promised one: its JSON, and its offset in the blob. The files end at that offset."""

    data: bytes
    offset: int


def has_table(descriptor: Descriptor) -> bool:
    """Whether a manifest promises that a layer has a table of contents."""
    return _ESTARGZ in descriptor.annotations or _zstd(descriptor) is not None


def fetch_table(store: BlobStore, descriptor: Descriptor, max_size: int, watch: Watch) -> Table:
    """The table of a layer that `has_table`, of at most `max_size` bytes of the blob; they pass through `watch`.

    Raises `Damage` or `InvalidReference` if the table is wrong, or `UNSUPPORTED` if it cannot be used, and what
    `BlobStore.open` raises, also if the source can only send the whole blob.
    """
    fetch = partial(_fetch, store, descriptor, max_size, watch)
    if found := _zstd(descriptor):
        return _fetch_zstd(fetch, *found)
    return _fetch_estargz(fetch, descriptor)


def _zstd(descriptor: Descriptor) -> tuple[str, str] | None:
    """The position and the checksum that annotations have."""
    for prefix in _ZSTD_PREFIXES:
        position, checksum = (
            descriptor.annotations.get(f"{prefix}manifest-{name}") for name in ("position", "checksum")
        )
        if position and checksum:
            return position, checksum
    return None


def _fetch_zstd(fetch: Fetch, position: str, checksum: str) -> Table:
    match = _ZSTD_POSITION.fullmatch(position)
    if not match:
        raise Damage("the annotation with its position is not valid")
    span = Span(int(match[1]), int(match[2]))
    packed = fetch(span)
    _check(packed, checksum)
    return Table(_unpacked(Codec.ZSTD, packed), span.offset)


def _fetch_estargz(fetch: Fetch, descriptor: Descriptor) -> Table:
    footer_offset = descriptor.size - _FOOTER_SIZE
    match = _FOOTER.fullmatch(fetch(Span(footer_offset, _FOOTER_SIZE)))
    if not match:
        raise Damage("the layer does not end with the footer of an eStargz layer")
    offset = int(match[1], 16)
    tar = _unpacked(Codec.GZIP, fetch(Span(offset, footer_offset - offset)))
    header = tar[:512]
    if len(header) < 512 or fields.name_of(header) != _FILE_NAME:
        raise Damage(f"the table is not a tar with the file `{_FILE_NAME.decode()}`")
    data = tar[512 : 512 + max(plain_size(header), 0)]
    _check(data, descriptor.annotations[_ESTARGZ])
    return Table(data, offset)


def _fetch(store: BlobStore, descriptor: Descriptor, max_size: int, watch: Watch, span: Span) -> bytes:
    """The bytes of a span that must lie in the blob."""
    if span.size <= 0 or not 0 <= span.offset <= span.end <= descriptor.size:
        raise Damage("it is not inside the layer")
    if span.size > min(max_size, MAX_SIZE):
        raise Damage("it is too large", BlobStatus.UNSUPPORTED)
    data = bytearray()
    with store.open(descriptor, Span(span.offset, span.size, is_required=True)) as chunks:
        for chunk in watch(chunks):
            data += chunk[: span.size - len(data)]
    if len(data) < span.size:
        raise Damage.cut("the source sent too few bytes")
    return bytes(data)


def _check(data: bytes, promised: str) -> None:
    digest = Digest.parse(promised)
    if not digest.verifiable:
        raise Damage("the algorithm of its digest is unknown", BlobStatus.UNSUPPORTED)
    if not digest.matches(data):
        raise Damage(f"it does not have the digest {digest} that the manifest promises", BlobStatus.MISMATCH)


def _unpacked(codec: Codec, packed: bytes) -> bytes:
    data = bytearray()
    for step in decode(codec, iter([packed]), []):
        data += step
        if len(data) > MAX_SIZE:
            raise Damage(f"it has more than {MAX_SIZE >> 20} MiB", BlobStatus.UNSUPPORTED)
    return bytes(data)
