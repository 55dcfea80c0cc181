"""One file's bytes, from the blob that has them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xxhash

from layerscope.display import display
from layerscope.errors import NotFound, UsageError, VerificationError
from layerscope.layers.content import open_entry
from layerscope.layers.layer_index import EntryFlag, EntryType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layerscope.filesystem.snapshot import Snapshot
    from layerscope.filesystem.stack import Stack
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.image import Image
    from layerscope.sources.source import ImageSource

_KINDS = {
    EntryType.HARDLINK: "a hardlink to nothing",
    EntryType.SYMLINK: "a symlink",
    EntryType.CHARACTER_DEVICE: "a device",
    EntryType.BLOCK_DEVICE: "a device",
    EntryType.DIRECTORY: "a directory",
    EntryType.FIFO: "a pipe",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file's content is: `size` bytes from `data_offset` of a layer's uncompressed tar, and their xxh3."""

    path: bytes
    layer: int
    data_offset: int
    size: int
    content: int

    @classmethod
    def of(cls, stack: Stack, version: int) -> StoredFile:
        """The content of a version; raises `UsageError` where it is no regular file, or one with holes."""
        path, row = stack.nodes.path(int(stack.versions.nodes[version])), int(stack.versions.inodes[version])
        columns = stack.entries.columns
        kind = EntryType(int(columns.types[row]))
        if kind is not EntryType.REGULAR:
            raise UsageError(f"`/{display(path, limit=200)}` is {_KINDS[kind]}, not a file")
        if columns.flags[row] & EntryFlag.SPARSE:
            raise UsageError(f"`/{display(path, limit=200)}` is stored as a sparse file, which is not read out")
        return cls(
            path,
            int(stack.layers[row]),
            int(columns.data_offsets[row]),
            int(columns.sizes[row]),
            int(columns.contents[row]),
        )


@contextmanager
def open_file(source: ImageSource, image: Image, snapshot: Snapshot, path: bytes) -> Iterator[Iterator[bytes]]:
    """The bytes of the regular file that `path` leads to, in chunks; the blob is read only as far as the file goes.

    So the digest of the blob cannot be verified again: it was when the layer was read, and the content of the file is
    held against the hash that was taken then. Raises `NotFound` if nothing is there, `UsageError` for what is no
    regular file, what `ImageSource.open_blob` raises, and from within the iteration also `DamagedLayer` and, at its
    end, `VerificationError`.
    """
    node = snapshot.lookup(path)
    if node is None or snapshot.versions[node] < 0:
        raise NotFound(f"`{display(path, limit=200)}` is not in the image after layer {snapshot.layer}")
    file = StoredFile.of(snapshot.stack, int(snapshot.versions[node]))
    if not file.size:
        yield iter(())
        return
    descriptor = image.layers[file.layer].descriptor
    with source.open_blob(descriptor) as chunks:
        yield checked(open_entry(promised(chunks, descriptor), file.data_offset, file.size), file)


def promised(chunks: Iterable[bytes], descriptor: Descriptor) -> Iterator[bytes]:
    """No more bytes of a blob than its descriptor promises, however long a server goes on."""
    left = descriptor.size
    for chunk in chunks:
        if left <= 0:
            return
        yield chunk[:left]
        left -= len(chunk)


def checked(parts: Iterable[bytes], file: StoredFile) -> Iterator[bytes]:
    """The parts of a file; raises `VerificationError` at the end where they are not those that were indexed."""
    hasher = xxhash.xxh3_64()
    for part in parts:
        hasher.update(part)
        yield part
    if hasher.intdigest() != file.content:
        raise VerificationError(f"`/{display(file.path, limit=200)}` has other content than when the layer was read")
