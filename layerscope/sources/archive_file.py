"""A tar archive as a file that can be read at any position: decompressed, or standard input, into a temporary file.

Nothing is ever held in memory whole. The temporary file has no name, so that no exit leaves it behind.
"""

from __future__ import annotations

import os
import select
import stat
import sys
import tempfile
import threading
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import DamagedLayer, SourceError
from layerscope.layers.codecs import Codec, codec_of, decode
from layerscope.sources.file_store import CHUNK_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK_SIZE = 512
UNSUSPICIOUS_SIZE = 1 << 30
MAX_RATIO = 1000
"""What decompresses to more than `UNSUSPICIOUS_SIZE` bytes, and so many times its size, is made to fill the disk."""

_ON_DISK = Path("/var/tmp")  # noqa: S108 - the file made there has no name that anybody could guess
_WAIT_SECONDS = 0.2
"""How long one wait for standard input lasts, so that closing the source ends it."""


class ArchiveFile:
    """A file that holds an uncompressed tar, read by position from several threads at once."""

    def __init__(self, file: int, location: str, closed: threading.Event) -> None:
        self._file = file
        self._location = location
        self._closed = closed
        self._lock = threading.Lock()

    def read(self, position: int, size: int) -> bytes:
        """Up to `size` bytes from `position`, fewer only at the end; raises `SourceError`."""
        with self._lock:  # or else a number that `close` gave back could be another file's by now
            if self._closed.is_set():
                raise SourceError(f"`{self._location}` was closed")
            try:
                return os.pread(self._file, size, position)
            except OSError as error:
                raise unreadable(self._location, error) from error

    def close(self) -> None:
        """Give the file back; reads in flight end with an error."""
        self._closed.set()
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1


def open_path(path: str) -> Callable[[threading.Event], ArchiveFile]:
    """What opens the tar archive at `path`, decompressed if need be.

    That it can be one is checked at once: raises `SourceError` where it is missing, no regular file, or neither a tar
    nor compressed.
    """
    location = display(path, limit=200)
    file = _open_regular(path, location)
    try:
        codec = _recognise(_start(file, location), location)
    finally:
        os.close(file)

    def opener(closed: threading.Event) -> ArchiveFile:
        opened = _open_regular(path, location)
        if codec is Codec.PLAIN:
            return ArchiveFile(opened, location, closed)
        try:
            return _spool(_chunks(opened, location, closed), location, closed)
        finally:
            os.close(opened)

    return opener


def open_stdin() -> Callable[[threading.Event], ArchiveFile]:
    """What reads the archive on standard input to its end; raises `SourceError` where that is a terminal."""
    location = "standard input"
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        raise SourceError("standard input is a terminal, not an image", hint="pipe an archive in: `... | layerscope -`")
    file = sys.stdin.fileno()
    return lambda closed: _spool(_chunks(file, location, closed), location, closed)


def _open_regular(path: str, location: str) -> int:
    try:
        # O_NONBLOCK: the opening of a FIFO that nobody writes would never return.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise unreadable(location, error) from error
    if stat.S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    raise not_an_image(location, "it is not a regular file")


def _start(file: int, location: str) -> bytes:
    try:
        return os.pread(file, BLOCK_SIZE, 0)
    except OSError as error:
        raise not_an_image(location, "it cannot be read") from error


def _recognise(start: bytes, location: str) -> Codec:
    codec = codec_of(start)
    if codec is Codec.PLAIN and not is_tar_header(start):
        raise not_an_image(location, "it is not a tar archive" if start else "it is empty")
    return codec


def is_tar_header(block: bytes) -> bool:
    """Whether a block is the header of a tar entry, of any of the formats: only its checksum tells (POSIX ustar)."""
    if len(block) < BLOCK_SIZE:
        return False
    digits = block[148:156].strip(b" \0")
    if not digits or digits.translate(None, b"01234567"):
        return False
    return int(digits, 8) == sum(block[:148]) + 8 * 0x20 + sum(block[156:BLOCK_SIZE])


def not_an_image(location: str, reason: str) -> SourceError:
    """The error for whatever is no image at all."""
    return SourceError(
        f"`{location}` is not an image: {reason}",
        hint="an image is an OCI layout or an archive made by `docker save` or `skopeo copy`",
    )


def _spool(chunks: Iterator[bytes], location: str, closed: threading.Event) -> ArchiveFile:
    """The chunks, decompressed, in a temporary file."""
    start = _first_block(chunks)
    codec = _recognise(start, location)
    file = _temporary_file(location)
    try:
        _decompress(codec, chain((start,), chunks), file, location, closed)
    except DamagedLayer as error:
        os.close(file)
        raise SourceError(f"`{location}` is damaged: {error.message}") from error
    except OSError as error:
        os.close(file)
        raise SourceError(f"`{location}` cannot be copied to a temporary file: {error.strerror}") from error
    except BaseException:
        os.close(file)
        raise
    return ArchiveFile(file, location, closed)


def _decompress(codec: Codec, chunks: Iterator[bytes], file: int, location: str, closed: threading.Event) -> None:
    received_size, written_size = 0, 0

    def counted() -> Iterator[bytes]:
        nonlocal received_size
        for chunk in chunks:
            received_size += len(chunk)
            yield chunk

    for data in decode(codec, counted(), []):
        if closed.is_set():
            raise SourceError(f"`{location}` was closed")
        written_size += _write(file, data)
        if written_size > max(UNSUSPICIOUS_SIZE, received_size * MAX_RATIO):
            raise SourceError(f"`{location}` decompresses to more than {MAX_RATIO} times its size: that is no image")


def _first_block(chunks: Iterator[bytes]) -> bytes:
    start = b""
    while len(start) < BLOCK_SIZE and (chunk := next(chunks, b"")):
        start += chunk
    return start


def _temporary_file(location: str) -> int:
    """A file without a name, on disk: /tmp is often memory, and archives are large."""
    directory = None if "TMPDIR" in os.environ or not _ON_DISK.is_dir() else _ON_DISK
    try:
        with tempfile.TemporaryFile(dir=directory, prefix="layerscope-") as file:
            return os.dup(file.fileno())
    except OSError as error:
        raise SourceError(f"no temporary file can be made for `{location}`: {error.strerror}") from error


def _write(file: int, data: bytes) -> int:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
    return len(data)


def _chunks(file: int, location: str, closed: threading.Event) -> Iterator[bytes]:
    """What a file or pipe gives from where it stands."""
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


def unreadable(location: str, error: OSError) -> SourceError:
    """The error for what the operating system refuses."""
    if isinstance(error, FileNotFoundError):
        return SourceError(f"`{location}`: no such file or directory")
    return SourceError(f"`{location}` cannot be read: {error.strerror}")
