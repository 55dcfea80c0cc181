"""indexed_gzip, and blobs as files for it, which guard it: it never stops if a blob ends earlier than expected."""

import os
from collections import deque
from io import IOBase, RawIOBase
from typing import Any

MAX_COUNT = 1 << 17
"""Maximum number of checkpoints. In eStargz, each file is a member, and each member has a checkpoint."""
MAX_GAP = 1 << 25
"""Maximum bytes between two checkpoints: they can only be where a block of deflate ends, which may be far away."""
_MAX_STEP = 1 << 22
"""Maximum bytes of the blob that are read without a look at the checkpoints."""
_MAX_EMPTY_READS = 1 << 16
"""Reads at the end of a blob: one for each tiny member in a buffer is usual."""
READ_SIZE = 1 << 16
"""Compressed bytes that are read at a time, from a checkpoint on; more than are needed may be fetched."""
WINDOW_SIZE = 1 << 15


class UnusableCheckpoints(ValueError):
    """The bytes are not checkpoints of the blob, or the blob cannot be inflated from there."""


class Source(RawIOBase):
    """A blob for indexed_gzip, which never stops reading at the end of a blob that ends earlier than expected."""

    def __init__(self, blob: IOBase) -> None:
        super().__init__()
        self._blob = blob
        self._empty_count = 0

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The position in the blob."""
        return self._blob.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position of the blob."""
        return self._blob.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; raises `UnusableCheckpoints` after too many reads at the end."""
        data: bytes = self._blob.read(size)
        self._empty_count = 0 if data else self._empty_count + 1
        if self._empty_count > _MAX_EMPTY_READS:
            raise UnusableCheckpoints("the blob ends too early")
        return data


class Prefix(Source):
    """A blob that ends as soon as its `reader` has checkpoints up to a position of the tar; it is read once."""

    def __init__(self, blob: IOBase, end: int) -> None:
        super().__init__(blob)
        self.reader: Any = None
        self._end = end
        self._read_size = 0
        self._next_look = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Raises `UnusableCheckpoints` if the blob would be read a second time."""
        if self._read_size:
            raise UnusableCheckpoints("nothing can be inflated")
        return super().seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, none if the checkpoints are complete.

        Raises `UnusableCheckpoints` if there are too many, or none in many bytes: ISA-L at its fastest makes one block.
        """
        data = b"" if self._is_complete() else super().read(size)
        self._read_size += len(data)
        return data

    def _is_complete(self) -> bool:
        """Look through the checkpoints, but not before each read, since there may be many."""
        if self._read_size < self._next_look:
            return False
        self._next_look = self._read_size + min(self._read_size // 32, _MAX_STEP)
        points = deque(self.reader.seek_points(), MAX_COUNT + 1)
        tar, blob = points[-1] if points else (0, 0)
        if len(points) > MAX_COUNT:
            raise UnusableCheckpoints("they are too many")
        if self._read_size - blob > MAX_GAP:
            raise UnusableCheckpoints("they are too far apart")
        return tar >= self._end


def opened(blob: IOBase, spacing: int, **more: Any) -> Any:
    """The blob, an `indexed_gzip.IndexedGzipFile`, whose own buffer is not used.

    Raises `UnusableCheckpoints` if it is not installed: it has no wheels for rare processors.
    """
    try:
        from indexed_gzip import IndexedGzipFile  # noqa: PLC0415 - slow to load, and rarely needed
    except ImportError as error:
        raise UnusableCheckpoints("indexed_gzip is not installed") from error
    more = {"auto_build": False, "readbuf_size": READ_SIZE, **more}
    return IndexedGzipFile(
        fileobj=blob, spacing=spacing, window_size=WINDOW_SIZE, buffer_size=1, skip_crc_check=True, **more
    )


def call(function: Any, *arguments: Any, **more: Any) -> Any:
    """The result of a method of indexed_gzip, whose errors become `UnusableCheckpoints`."""
    try:
        return function(*arguments, **more)
    except (OSError, ValueError) as error:
        raise UnusableCheckpoints(f"the blob cannot be inflated: {error}") from error
