"""`Checkpoints`: the positions of a gzip blob where inflating can start, so that a file is read without its prefix.

A checkpoint has the 32 KiB of the tar before it, which deflate may refer to; the start of a gzip member needs none.
The bytes are those of indexed_gzip's `export_index` (zran.c, `zran_export_index`, version 1), little-endian:

- 5 bytes `GZIDX`, version, flags
- 8 bytes each: size of the blob, end of the part of the tar that was inflated
- 4 bytes each: spacing, bytes of a window, number of checkpoints
- per checkpoint: 8 bytes each for the positions in the blob and in the tar; a byte each for the number of bits that
  belong to it in the byte before, and for whether it has a window
- the windows

The last checkpoint only marks the end of that part: no range starts there.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, IOBase
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from layerscope.blobs.store import Span
from layerscope.layers.seekable_gzip import (
    MAX_COUNT,
    MAX_GAP,
    READ_SIZE,
    WINDOW_SIZE,
    Prefix,
    Source,
    UnusableCheckpoints,
    call,
    opened,
)

SPACING = 1 << 22
"""Bytes of the tar between two checkpoints. 4 MiB take about 0.05 s to inflate, and 2 MB to fetch."""
MAX_SPACING = 1 << 24
MAX_WINDOW_COUNT = 1 << 12
"""Maximum number of windows; all are in memory."""
PART_SIZE = 1 << 23
"""Bytes of the tar that are inflated at a time, at least; then it ends at a checkpoint."""

_BEYOND = 1 << 60
"""A position behind every tar: seeking it inflates everything."""
_HEADER = struct.Struct("<5sBBQQIII")
_POINT = np.dtype([("blob", "<u8"), ("tar", "<u8"), ("bits", "u1"), ("window", "u1")])
MAX_SIZE = _HEADER.size + MAX_COUNT * _POINT.itemsize + MAX_WINDOW_COUNT * WINDOW_SIZE
"""Maximum bytes of the exported checkpoints."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoints:
    """Checked checkpoints, as exported; `in_blob` and `in_tar` are their positions, in order."""

    data: bytes
    spacing: int
    blob_size: int
    in_blob: NDArray[np.int64]
    in_tar: NDArray[np.int64]

    @classmethod
    def parse(cls, data: bytes, blob_size: int) -> Self:
        """The checkpoints of a blob of that size; raises `UnusableCheckpoints`, whatever the bytes are."""
        if len(data) < _HEADER.size:
            raise UnusableCheckpoints("they are too short")
        magic, version, flags, size, end, spacing, window_size, count = _HEADER.unpack_from(data)
        if (magic, version, flags, window_size) != (b"GZIDX", 1, 0, WINDOW_SIZE):
            raise UnusableCheckpoints("they are of another format")
        if size != blob_size or not WINDOW_SIZE < spacing <= MAX_SPACING or not 2 <= count <= MAX_COUNT:
            raise UnusableCheckpoints("they are of another blob")
        if len(data) < _HEADER.size + count * _POINT.itemsize:
            raise UnusableCheckpoints("they are too short")
        points = np.frombuffer(data, _POINT, count, _HEADER.size)
        _check_points(points, end, blob_size)
        window_count = int(points["window"].sum())
        if len(data) != _HEADER.size + points.nbytes + window_count * WINDOW_SIZE or window_count > MAX_WINDOW_COUNT:
            raise UnusableCheckpoints("their windows are missing, or too many")
        return cls(data, spacing, blob_size, points["blob"].astype(np.int64), points["tar"].astype(np.int64))

    @classmethod
    def make(cls, blob: IOBase, blob_size: int, end: int) -> Self:
        """The checkpoints up to the position `end` of the tar; the blob is read from its start until they are complete.

        Checksums of gzip are not compared. Raises `UnusableCheckpoints` if the blob cannot be inflated, reading it
        failed, or too many checkpoints are needed.
        """
        spacing = min(max(SPACING, 2 * end // MAX_WINDOW_COUNT), MAX_SPACING)
        prefix = Prefix(blob, end)
        with opened(prefix, spacing, auto_build=True, readbuf_size=1 << 18) as file:
            prefix.reader = file.raw
            call(file.raw.seek, _BEYOND)
            exported = BytesIO()
            call(file.export_index, fileobj=exported)
        return cls.parse(exported.getvalue(), blob_size)

    @property
    def end(self) -> int:
        """The end of the part of the tar that they are for."""
        return int(self.in_tar[-1])

    def source(self, start: int, end: int) -> Span:
        """The bytes of the blob that are read for a range of the tar."""
        first = int(np.searchsorted(self.in_tar, start, "right")) - 1
        after = int(np.searchsorted(self.in_tar, end, "left"))
        offset = max(0, int(self.in_blob[first]) - 1) if start else 0
        stop = min(int(self.in_blob[min(after, len(self.in_blob) - 1)]) + READ_SIZE, self.blob_size)
        return Span(offset, stop - offset)

    def inflate(self, blob: IOBase, start: int, end: int) -> Iterator[bytes]:
        """The bytes `start` to `end` of the tar, in parts; `end` is at most `self.end`.

        Raises `UnusableCheckpoints` if the blob cannot be inflated, or if reading it failed.
        """
        with opened(Source(blob), self.spacing) as file:
            call(file.import_index, fileobj=BytesIO(self.data))
            call(file.raw.seek, start)
            while start < end:
                part = call(file.raw.read, self._stop(start, end) - start)
                if not part:
                    raise UnusableCheckpoints("the blob ends too early")
                start += len(part)
                yield part

    def _stop(self, start: int, end: int) -> int:
        """Where a part that begins at `start` ends: each part that begins at a checkpoint is inflated once."""
        after = int(np.searchsorted(self.in_tar, start + PART_SIZE, "left"))
        return min(end, int(self.in_tar[min(after, len(self.in_tar) - 1)]))


def _check_points(points: NDArray[Any], end: int, blob_size: int) -> None:
    blob, tar = points["blob"], points["tar"]
    in_order = (blob[1:] >= blob[:-1]).all() and (tar[1:] >= tar[:-1]).all()
    if not in_order or blob[-1] > blob_size or tar[0] or tar[-1] != end or (tar[1:] - tar[:-1] > MAX_GAP).any():
        raise UnusableCheckpoints("their positions are wrong")
    if (points["window"] > 1).any() or (points["bits"] > 7).any() or (points["bits"] > points["window"] * 7).any():
        raise UnusableCheckpoints("their bits are wrong")
