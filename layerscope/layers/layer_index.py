"""`LayerIndex`: every entry of one layer tar as columns, about 100 bytes per entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.chunks import Chunks
from layerscope.layers.columns import Columns, column, strings

READER_VERSION = 4
"""Raise it if reading a layer has other columns, warnings or verdicts than before: cached layers are read again."""


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
    """`.wh.NAME`: it removes NAME of the lower layers; the path is kept as it is in the tar."""
    OPAQUE = 2
    """`.wh..wh..opq`: it removes everything that lower layers have in its directory."""
    HIDDEN = 3
    """Other `.wh..wh.*` metadata of aufs, and everything below it: not part of the file system."""
    INVALID = 4
    """Its name cannot be applied (empty, NUL inside, `.wh.` without a name, `.wh..`): it does nothing."""


class EntryFlag(IntFlag):
    """What is odd about an entry."""

    ABSOLUTE = 1
    """The name in the tar starts with a slash."""
    ESCAPING = 2
    """The name climbs with `..`; it was cleaned so that it stays below the root."""
    PARTIAL = 4
    """The layer ends, or is invalid, inside the entry's data."""
    SPARSE = 8
    """A sparse file: `size` is the logical size, holes included."""


class ContentKind(IntEnum):
    """How a content is identified; identities of different kinds cannot be compared.

    All have 64 bits, so that they fit one column. They distinguish contents that differ by accident, but a collision
    can be made deliberately. If that matters, use the whole digest of a blob or a chunk.
    """

    NONE = 0
    """No identity: it is not a regular file, or its bytes were not all read."""
    XXH3 = 1
    """xxh3-64 of the bytes that were read."""
    XXH3_SPARSE = 2
    """xxh3-64 of the map of the holes and of the stored bytes of a sparse file."""
    SHA256 = 3
    """The first 8 bytes, big-endian, of the sha256 that a table of contents promises."""


IMPLIED_MODE = 0o755
"""The mode that every runtime uses for a parent directory that no layer lists."""


@dataclass(frozen=True, slots=True, eq=False)
class EntryColumns(Columns):
    """The columns of entries without their paths: one row per entry.

    `links` are the targets of symlinks, unchanged, and of hardlinks, cleaned like paths; else empty. `sizes` are bytes
    of content by the header, 0 except for regular files. `modes` are the 12 permission bits. `mtimes` are whole seconds
    since the epoch. `content_hashes` identify the bytes of regular files, each by its kind in `content_kinds`
    (`ContentKind`). `devices` are `major << 32 | minor`. `data_offsets` are bytes from the start of the uncompressed
    tar; if a table of contents lists the layer, from the start of the blob. `compressed_sizes` are the estimated bytes
    of the blob for the entry: its header, the metadata before it, its data and the padding. Their sum over a whole
    layer is the size of its blob.
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
    content_hashes: NDArray[np.uint64] = column(np.uint64)
    data_offsets: NDArray[np.int64] = column(np.int64)
    compressed_sizes: NDArray[np.int64] = column(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class LayerIndex(EntryColumns):
    """The entries of a layer in tar order; without arguments, no entries.

    `paths` are cleaned: no leading `/` or `./`, no `..`, no trailing slash; the root itself is empty. `kept` are the
    contents of the files that say what the packages of the layer are, by row; see `kept_files.unpack`. `secrets` are
    the places of secrets in files, by row, and never their values; see `secrets.detector.decode`. `chunks` are those
    of a table of contents; None if the layer itself was read.
    """

    paths: ByteStrings = strings()
    kept: Mapping[int, bytes] = field(default_factory=dict)
    secrets: Mapping[int, bytes] = field(default_factory=dict)
    chunks: Chunks | None = None

    @property
    def payload_size(self) -> int:
        """Bytes of the regular files in the tar, by their headers; hardlinks count 0."""
        return int(self.sizes[self.roles == EntryRole.FILE].sum())
