"""`TableReader`: the entries of a table of contents in, a `LayerIndex` out. Everything in a table is hostile.

Names are cleaned as those of a tar. The chunks of the files must be in the order of the entries, must not overlap, and
must add up to the files.
"""

from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.blobs.status import BlobStatus
from layerscope.display import display
from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.chunks import Chunks
from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import ContentKind, EntryFlag, EntryRole, EntryType, LayerIndex
from layerscope.layers.positions import Positions
from layerscope.layers.tar.batch import BAD_NAME, BAD_TIME, ESCAPING
from layerscope.layers.tar.metadata import MAX_FILE_SIZE
from layerscope.layers.tar.names import MAX_NAME_SIZE, clean, clean_names
from layerscope.layers.tar.notices import WarningCounts
from layerscope.layers.toc.values import content_of, device_of, name_of, number, seconds_of, sha256_of, xattrs_of

_TYPES = {
    "reg": EntryType.REGULAR,
    "hardlink": EntryType.HARDLINK,
    "symlink": EntryType.SYMLINK,
    "char": EntryType.CHARACTER_DEVICE,
    "block": EntryType.BLOCK_DEVICE,
    "dir": EntryType.DIRECTORY,
    "fifo": EntryType.FIFO,
}
_DEVICES = (EntryType.CHARACTER_DEVICE, EntryType.BLOCK_DEVICE)
_NUMBERS = ("types", "modes", "uids", "gids", "sizes", "mtimes", "devices", "content_kinds")
_HEADER_SIZE = 64
"""An estimate: the compressed bytes of a tar header."""


class TableReader:
    """Give it the entries in order, then take the `index`. Both raise `Damage`."""

    def __init__(self, end: int) -> None:
        """The chunks are in the first `end` bytes of the blob."""
        self.notices = WarningCounts()
        self._end = end
        self._names: list[bytes] = []
        self._links: list[bytes] = []
        self._numbers = {name: array("q") for name in _NUMBERS}
        self._contents = array("Q")
        self._xattrs: dict[int, Mapping[str, bytes]] = {}
        self._chunk_rows, self._chunk_offsets, self._chunk_sizes = array("q"), array("q"), array("q")
        self._chunk_digests = bytearray()
        self._missing_size = 0
        """Bytes of the last file that no chunk has yet."""

    def add(self, entry: Mapping[str, Any]) -> None:
        """The next entry: a file of any type, or a further chunk of the last one."""
        kind = entry.get("type")
        if kind == "chunk":
            self._add_chunk(entry)
        elif isinstance(kind, str) and kind in _TYPES:
            self._check_last()
            self._add_file(entry, _TYPES[kind])
        else:
            raise Damage("an entry has an unknown type", BlobStatus.UNSUPPORTED)

    def index(self, blob_size: int) -> LayerIndex:
        """The entries; their shares of the pull follow from the chunks."""
        self._check_last()
        if sum(self._numbers["sizes"]) > MAX_FILE_SIZE:
            raise Damage("its files claim to have more bytes than any file system can hold")
        names = clean_names(self._names)
        columns = {name: np.array(column, np.int64) for name, column in self._numbers.items()}
        links = ByteStrings.of(self._links)
        impossible = (names.paths.lengths() == 0) & (columns["types"] != EntryType.DIRECTORY)
        impossible |= links.lengths() > MAX_NAME_SIZE
        roles = np.where(impossible, np.uint8(EntryRole.INVALID), names.roles)
        self._note(ESCAPING, names.paths, np.flatnonzero(names.flags & EntryFlag.ESCAPING))
        self._note(BAD_NAME, names.paths, np.flatnonzero(roles == EntryRole.INVALID))
        chunks = self._chunks()
        return LayerIndex(
            paths=names.paths,
            links=links,
            types=columns["types"].astype(np.uint8),
            roles=roles,
            flags=names.flags,
            modes=columns["modes"].astype(np.uint16),
            uids=columns["uids"],
            gids=columns["gids"],
            sizes=columns["sizes"],
            mtimes=columns["mtimes"],
            devices=columns["devices"],
            content_kinds=columns["content_kinds"].astype(np.uint8),
            content_hashes=np.array(self._contents, np.uint64),
            data_offsets=_first_offsets(chunks, len(names.paths)),
            compressed_sizes=self._shares(chunks, blob_size),
            xattrs=self._xattrs,
            chunks=chunks,
        )

    def _add_file(self, entry: Mapping[str, Any], kind: EntryType) -> None:
        link = name_of(entry, "linkName") if kind in (EntryType.HARDLINK, EntryType.SYMLINK) else b""
        size = number(entry, "size") if kind is EntryType.REGULAR else 0
        device = device_of(entry) if kind in _DEVICES else 0
        content = content_of(entry, size) if kind is EntryType.REGULAR else None
        owner = number(entry, "uid"), number(entry, "gid")
        identity = ContentKind.SHA256 if content else ContentKind.NONE
        values = (kind, number(entry, "mode") & 0o7777, *owner, size, self._time(entry), device, identity)
        for column, value in zip(self._numbers.values(), values, strict=True):
            column.append(value)
        self._contents.append(int.from_bytes(content[:8], "big") if content else 0)
        self._names.append(name_of(entry, "name"))
        self._links.append(clean(link)[0] if kind is EntryType.HARDLINK else link)
        if entry.get("xattrs"):
            self._xattrs[len(self._names) - 1] = xattrs_of(entry["xattrs"])
        self._missing_size = size
        if size:
            self._add_chunk(entry)

    def _add_chunk(self, entry: Mapping[str, Any]) -> None:
        if not self._missing_size or name_of(entry, "name") != self._names[-1]:
            raise Damage("a chunk does not belong to the file before it")
        if number(entry, "innerOffset"):
            raise Damage("several files are compressed together", BlobStatus.UNSUPPORTED)
        offset, size = number(entry, "offset"), number(entry, "chunkSize") or self._missing_size
        done_size = self._numbers["sizes"][-1] - self._missing_size
        if size > self._missing_size or number(entry, "chunkOffset") != done_size:
            raise Damage(f"the chunks of `{self._last}` do not add up to the file")
        if not (self._chunk_offsets[-1] if self._chunk_offsets else -1) < offset < self._end:
            raise Damage(f"a chunk of `{self._last}` overlaps another one, or is outside of the layer")
        is_whole = size == self._numbers["sizes"][-1]
        digest = sha256_of(entry.get("chunkDigest") or (entry.get("digest") if is_whole else None))
        if not digest:
            raise Damage(f"a chunk of `{self._last}` has no digest", BlobStatus.UNSUPPORTED)
        self._chunk_rows.append(len(self._names) - 1)
        self._chunk_offsets.append(offset)
        self._chunk_sizes.append(size)
        self._chunk_digests += digest
        self._missing_size -= size

    @property
    def _last(self) -> str:
        return display(self._names[-1], limit=80)

    def _check_last(self) -> None:
        if self._missing_size:
            raise Damage(f"the chunks of `{self._last}` do not add up to the file")

    def _time(self, entry: Mapping[str, Any]) -> int:
        try:
            return seconds_of(entry)
        except ValueError:
            self.notices.add(BAD_TIME, name_of(entry, "name"))
            return 0

    def _note(self, kind: str, paths: ByteStrings, rows: NDArray[np.intp]) -> None:
        if len(rows):
            self.notices.add(kind, paths[rows[0]], len(rows))

    def _chunks(self) -> Chunks:
        offsets = np.array(self._chunk_offsets, np.int64)
        ends = np.append(offsets[1:], self._end)[: len(offsets)]
        rows, sizes = np.array(self._chunk_rows, np.int64), np.array(self._chunk_sizes, np.int64)
        return Chunks(rows, offsets, ends, sizes, bytes(self._chunk_digests))

    def _shares(self, chunks: Chunks, blob_size: int) -> NDArray[np.int64]:
        """The bytes of the blob for each entry.

        Each row takes two steps of a line: its header, and its data. So the line has a point at both ends of the data.
        """
        positions, count = Positions(), len(self._names)
        positions.note(0, 0)
        rows, firsts = np.unique(chunks.rows, return_index=True)
        starts = chunks.offsets[firsts]
        following = np.append(starts[1:], self._end)[: len(starts)]
        headers = np.append(rows[1:], count)[: len(rows)] - rows
        ends = np.maximum(starts, following - _HEADER_SIZE * headers)
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True):
            positions.note(start, 2 * row + 1)
            positions.note(end, 2 * row + 2)
        if not len(rows) or rows[-1] != count - 1:
            positions.note(self._end, 2 * count)
        positions.note(blob_size, 2 * count + 1)
        return positions.shares(2 * np.arange(1, count + 1), is_whole=True)


def _first_offsets(chunks: Chunks, count: int) -> NDArray[np.int64]:
    offsets = np.zeros(count, np.int64)
    offsets[chunks.rows[::-1]] = chunks.offsets[::-1]
    return offsets
