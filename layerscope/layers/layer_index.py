"""`LayerIndex`: every entry of one layer tar as columns, about 100 bytes an entry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING

import numpy as np

from layerscope.layers.columns import Columns, column, strings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.layers.byte_strings import ByteStrings


READER_VERSION = 1
"""Raise it when a layer is read to other columns, warnings or verdicts than before: what is cached is read again."""


class EntryType(IntEnum):
    """The type of a tar entry, normalised to the type flags of POSIX ustar."""

    REGULAR = ord("0")
    HARDLINK = ord("1")
    SYMLINK = ord("2")
    CHARACTER_DEVICE = ord("3")
    BLOCK_DEVICE = ord("4")
    DIRECTORY = ord("5")
    FIFO = ord("6")


class EntryRole(IntEnum):
    """What an entry does to the file system (OCI image-spec layer.md, "Whiteouts")."""

    FILE = 0
    """It adds or modifies its path."""
    WHITEOUT = 1
    """`.wh.NAME`: it removes NAME of the lower layers; the path is kept as it stands in the tar."""
    OPAQUE = 2
    """`.wh..wh..opq`: it removes all that lower layers have in its directory."""
    HIDDEN = 3
    """Other `.wh..wh.*` metadata of aufs, and what lies below it: no part of the file system."""
    INVALID = 4
    """It has no name that could be applied (empty, NUL inside, `.wh.` with no name, `.wh..`): it does nothing."""


class EntryFlag(IntFlag):
    """What was noticed about an entry."""

    ABSOLUTE = 1
    """The name in the tar starts with a slash."""
    ESCAPING = 2
    """The name climbs with `..`; it was cleaned so that it stays below the root."""
    PARTIAL = 4
    """The layer ends, or breaks, inside the entry's data."""
    SPARSE = 8
    """A sparse file: `size` is the logical size, holes included."""


class ContentKind(IntEnum):
    """What the identity of a content is; identities of different kinds cannot be compared.

    All are 64 bits, so that one column holds them. They tell apart what differs by accident; somebody can make two
    contents collide. What must be safe from that needs the whole digest of a blob or a chunk.
    """

    NONE = 0
    """No identity: it is no regular file, or not all of its bytes were read."""
    XXH3 = 1
    """xxh3-64 of the bytes that were read."""
    XXH3_SPARSE = 2
    """xxh3-64 of the map of the holes and of the stored bytes of a sparse file."""
    SHA256 = 3
    """The first 8 bytes, big-endian, of the sha256 that a table of contents promises."""


IMPLIED_MODE = 0o755
"""What every runtime gives to a parent directory that no layer lists."""


@dataclass(frozen=True, slots=True, eq=False)
class EntryColumns(Columns):
    """What entries are, whatever their paths: one row an entry.

    `links` are the targets of symlinks as they stand, of hardlinks cleaned like paths; empty elsewhere. `sizes` are
    bytes of content by the header, 0 for all but regular files. `modes` are the 12 permission bits. `mtimes` are whole
    seconds since the epoch. `contents` identify the bytes of regular files, each in the way that
    `content_kinds` (`ContentKind`) says. `devices` are `major << 32 | minor`. `data_offsets` are bytes from the
    start of the uncompressed tar. `compressed_sizes` are the estimated bytes of the blob that carry
    the entry: its header, the metadata before it, its data and the padding. Those of a whole layer add up to its blob.
    """

    links: ByteStrings = strings()
    types: NDArray[np.uint8] = column(np.uint8, implied=EntryType.DIRECTORY)
    roles: NDArray[np.uint8] = column(np.uint8, implied=EntryRole.FILE)
    flags: NDArray[np.uint8] = column(np.uint8)
    modes: NDArray[np.uint16] = column(np.uint16, implied=IMPLIED_MODE)
    uids: NDArray[np.int64] = column(np.int64)
    gids: NDArray[np.int64] = column(np.int64)
    sizes: NDArray[np.int64] = column(np.int64)
    mtimes: NDArray[np.int64] = column(np.int64)
    devices: NDArray[np.int64] = column(np.int64)
    content_kinds: NDArray[np.uint8] = column(np.uint8, implied=ContentKind.NONE)
    contents: NDArray[np.uint64] = column(np.uint64)
    data_offsets: NDArray[np.int64] = column(np.int64)
    compressed_sizes: NDArray[np.int64] = column(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class LayerIndex(EntryColumns):
    """The entries of a layer in tar order; without arguments, of a layer that has none.

    `paths` are cleaned: no leading `/` or `./`, no `..`, no trailing slash; the root itself is empty.
    """

    paths: ByteStrings = strings()

    @property
    def payload_size(self) -> int:
        """Bytes of the regular files in the tar, by their headers; a hardlink adds none."""
        return int(self.sizes[self.roles == EntryRole.FILE].sum())
