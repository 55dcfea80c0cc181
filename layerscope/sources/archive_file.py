"""A tar archive as a file that can be read at any position, even if it is compressed or comes through a pipe."""

import hashlib
import os
import select
import stat
import threading
from collections.abc import Callable, Iterator
from itertools import chain

from layerscope.display import display
from layerscope.errors import SourceError
from layerscope.layers.codecs import Codec
from layerscope.layers.tar.members import BLOCK_SIZE
from layerscope.oci import Digest
from layerscope.sources.file_store import CHUNK_SIZE, stamp_of
from layerscope.sources.recognition import PIPE_HINT, not_an_image, recognise, unreadable
from layerscope.sources.spool import first_block, spool, temporary_file, written

_WAIT_SECONDS = 0.2
"""How long to wait for standard input before looking again whether the store was closed."""


class ArchiveFile:
    """A file that holds an uncompressed tar, read by position from several threads at once.

    If `is_copy`, it is a decompressed or copied file, not the user's own. `original` has the compressed bytes, and is
    the file itself if it was not compressed. `damage` says why decompression ended early, and is empty if it did not.
    """

    def __init__(  # noqa: PLR0913 - a file, and what is known of it
        self,
        file: int,
        location: str,
        closed: threading.Event,
        *,
        is_copy: bool = False,
        original: "ArchiveFile | None" = None,
        damage: str = "",
    ) -> None:
        self.original = original or self
        self.damage = damage
        self._file = file
        self._is_copy = is_copy
        self._location = location
        self._closed = closed
        self._lock = threading.Lock()

    def read(self, position: int, size: int) -> bytes:
        """Up to `size` bytes from `position`, fewer only at the end; raises `SourceError`."""
        with self._lock:  # else the number that `close` freed could be another file's by now
            if self._closed.is_set():
                raise SourceError(f"`{self._location}` was closed")
            try:
                return os.pread(self._file, size, position)
            except OSError as error:
                raise unreadable(self._location, error) from error

    def size(self) -> int:
        """The size of the file; raises `SourceError` if it was closed."""
        with self._lock:
            if self._file < 0:
                raise SourceError(f"`{self._location}` was closed")
            return os.fstat(self._file).st_size

    def digest(self) -> Digest:
        """The sha256 of the whole file; raises `SourceError`."""
        hasher, position = hashlib.sha256(), 0
        while chunk := self.read(position, CHUNK_SIZE):
            hasher.update(chunk)
            position += len(chunk)
        return Digest("sha256", hasher.hexdigest())

    def stamp(self) -> str | None:
        """A text that changes when the user's file does; None for a copy."""
        with self._lock:
            return None if self._is_copy or self._file < 0 else stamp_of(os.fstat(self._file))

    def close(self) -> None:
        """Close the file; reads in flight end with an error."""
        self._closed.set()
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
        if self.original is not self:
            self.original.close()


def open_path(path: str) -> Callable[[threading.Event], ArchiveFile]:
    """A function that opens the tar archive at `path`, and decompresses it if needed.

    Raises `SourceError` at once if the file is missing, is not a regular file, or is neither a tar nor compressed.
    """
    location = display(path, limit=200)
    file = _open_regular(path, location)
    try:
        codec = recognise(_start(file, location), location)
    finally:
        os.close(file)

    def opener(closed: threading.Event) -> ArchiveFile:
        opened = _open_regular(path, location)
        original = ArchiveFile(opened, location, closed)
        if codec is Codec.PLAIN:
            return original
        return copy_of(_chunks(opened, location, closed), location, closed, original)

    return opener


def open_stdin(file: int) -> Callable[[threading.Event], ArchiveFile]:
    """A function that reads the archive on standard input, the open `file`; raises `SourceError` for a terminal."""
    location = "standard input"
    if os.isatty(file):
        raise SourceError("standard input is a terminal, not an image", hint=PIPE_HINT)

    def opener(closed: threading.Event) -> ArchiveFile:
        chunks = _chunks(file, location, closed)
        start = first_block(chunks)
        if recognise(start, location) is Codec.PLAIN:
            return copy_of(chain((start,), chunks), location, closed)
        kept = temporary_file(location)
        original = ArchiveFile(kept, location, closed, is_copy=True)
        return copy_of(written(chain((start,), chunks), kept), location, closed, original)

    return opener


def copy_of(
    chunks: Iterator[bytes], location: str, closed: threading.Event, original: ArchiveFile | None = None
) -> ArchiveFile:
    """The archive in these chunks, decompressed if needed, as a temporary file; raises `SourceError`.

    The compressed bytes are those of `original`, which is closed with the copy.
    """
    try:
        copied = spool(chunks, location, closed)
    except BaseException:
        if original:
            original.close()
        raise
    return ArchiveFile(copied.file, location, closed, is_copy=True, original=original, damage=copied.damage)


def _open_regular(path: str, location: str) -> int:
    try:
        # O_NONBLOCK: else opening a FIFO that has no writer would never return.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise unreadable(location, error) from error
    mode = os.fstat(file).st_mode
    if stat.S_ISREG(mode):
        return file
    os.close(file)
    if stat.S_ISDIR(mode):
        name = location if location.startswith(("/", ".")) else f"./{location}"
        raise SourceError(f"`{location}` is a directory, not an archive", hint=f"use `{name}`")
    raise not_an_image(location, "it is not a regular file")


def _start(file: int, location: str) -> bytes:
    try:
        return os.pread(file, BLOCK_SIZE, 0)
    except OSError as error:
        raise not_an_image(location, "it cannot be read") from error


def _chunks(file: int, location: str, closed: threading.Event) -> Iterator[bytes]:
    while not closed.is_set():
        try:
            if not select.select([file], [], [], _WAIT_SECONDS)[0]:
                continue
            chunk = os.read(file, CHUNK_SIZE)
        except OSError as error:
            raise unreadable(location, error) from error
        if not chunk:
            return
        yield chunk
    raise SourceError(f"`{location}` was closed")
