"""Read the bytes of files from the blobs of their layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import xxhash

from layerscope.blobs.store import BlobStore, Span
from layerscope.cache.layer_cache import LayerCache
from layerscope.content.chunks import read_chunks
from layerscope.content.ranges import forget_checkpoints, open_ranges
from layerscope.display import display
from layerscope.errors import NotFound, UsageError, VerificationError
from layerscope.filesystem.snapshot import Snapshot
from layerscope.filesystem.stack import Stack
from layerscope.layers.chunks import Chunk
from layerscope.layers.layer_index import ContentKind, EntryFlag, EntryType
from layerscope.oci import Image, Layer

if TYPE_CHECKING:
    Watch = Callable[[Iterable[bytes]], Iterable[bytes]]

_KINDS = {
    EntryType.HARDLINK: "a broken hardlink",
    EntryType.SYMLINK: "a symlink",
    EntryType.CHARACTER_DEVICE: "a device",
    EntryType.BLOCK_DEVICE: "a device",
    EntryType.DIRECTORY: "a directory",
    EntryType.FIFO: "a pipe",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The content of a file: `size` bytes from `data_offset` of a layer's uncompressed tar, and their hash.

    If a table of contents lists the layer, the content is in `chunks` of the blob.
    """

    path: bytes
    layer: int
    data_offset: int
    size: int
    content: int
    kind: ContentKind = ContentKind.XXH3
    chunks: tuple[Chunk, ...] = ()

    @classmethod
    def of(cls, stack: Stack, version: int) -> StoredFile:
        """The content of a version; raises `UsageError` if it is not a regular file, or has holes."""
        path, row = stack.nodes.path(int(stack.versions.nodes[version])), int(stack.versions.inodes[version])
        columns = stack.entries.columns
        kind = EntryType(int(columns.types[row]))
        if kind is not EntryType.REGULAR:
            raise UsageError(f"`/{display(path, limit=200)}` is {_KINDS[kind]}, not a file")
        if columns.flags[row] & EntryFlag.SPARSE:
            raise UsageError(f"`/{display(path, limit=200)}` is stored as a sparse file, which is not supported")
        return cls(
            path,
            int(stack.layers[row]),
            int(columns.data_offsets[row]),
            int(columns.sizes[row]),
            int(columns.content_hashes[row]),
            ContentKind(int(columns.content_kinds[row])),
            stack.entries.chunks_of(row),
        )


@contextmanager
def open_file(  # noqa: PLR0913 - from where, what, and how
    store: BlobStore,
    image: Image,
    snapshot: Snapshot,
    path: bytes,
    *,
    memory: LayerCache | None = None,
    watch: Watch = iter,
) -> Iterator[Iterator[bytes]]:
    """The bytes of the regular file that `path` leads to, in chunks, checked against the hash of the layer's index.

    The digest of the blob is not checked again: the blob is not read whole. `memory` keeps checkpoints of the layer,
    and what is fetched passes through `watch`. Raises `NotFound` if nothing is there,
    `UsageError` if it is not a regular file, what `BlobStore.open` raises, and while iterating
    `DamagedLayer` and `VerificationError`.
    """
    node = snapshot.lookup(path)
    if node is None or snapshot.versions[node] < 0:
        raise NotFound(f"`{display(path, limit=200)}` is not in the image after layer {snapshot.layer}")
    version = int(snapshot.versions[node])
    with open_version(store, image, snapshot.stack, version, memory=memory, watch=watch) as chunks:
        yield chunks


@contextmanager
def open_version(  # noqa: PLR0913 - from where, what, and how
    store: BlobStore,
    image: Image,
    stack: Stack,
    version: int,
    *,
    memory: LayerCache | None = None,
    watch: Watch = iter,
) -> Iterator[Iterator[bytes]]:
    """As `open_file`, for a version of the stack."""
    file = StoredFile.of(stack, version)
    if not file.size:
        yield iter(())
        return
    with open_files(store, image.layers[file.layer], [file], watch, memory) as parts:
        yield (part for _, part in parts)


@contextmanager
def open_files(
    store: BlobStore, layer: Layer, files: Sequence[StoredFile], watch: Watch = iter, memory: LayerCache | None = None
) -> Iterator[Iterator[tuple[int, bytes]]]:
    """The bytes of the files of a layer, in the order of its tar: pairs of a file's number and a part, not empty.

    Only as much of the blob is read as its compression needs (`content/ranges.py`), or only the chunks that its table
    of contents lists (`content/chunks.py`). All that is fetched passes through `watch`. Raises what `open_file`
    raises: `VerificationError` after the last part of a file.
    """
    if files and files[0].chunks:
        yield _checked(read_chunks(store, layer, [file.chunks for file in files], watch), files, lambda: None)
        return
    ranges = [Span(file.data_offset, file.size) for file in files]
    with open_ranges(store, layer, ranges, watch, memory) as parts:
        yield _checked(parts, files, lambda: forget_checkpoints(store, layer, memory))


def _checked(
    parts: Iterable[tuple[int, bytes]], files: Sequence[StoredFile], forget: Callable[[], None]
) -> Iterator[tuple[int, bytes]]:
    """The parts of files. Raises `VerificationError` at the end of one whose bytes differ from those of the first read.

    Wrong checkpoints may be the reason: then the next read does without. The chunks of a file without a hash were
    compared with digests of their own.
    """
    for number, group in groupby(parts, itemgetter(0)):
        file = files[number]
        hasher = sha256() if file.chunks else xxhash.xxh3_64()
        for _, part in group:
            hasher.update(part)
            yield number, part
        if file.kind is not ContentKind.NONE and int.from_bytes(hasher.digest()[:8], "big") != file.content:
            forget()
            raise VerificationError(f"`/{display(file.path, limit=200)}` has changed since the layer was read")
