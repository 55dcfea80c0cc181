"""Copy archives that cannot be read in place, compressed or from a pipe, to a temporary file.

An archive is never whole in memory. The file has no name, so that it cannot be left behind.
"""

import os
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from layerscope.errors import DamagedLayer, SourceError
from layerscope.layers.codecs import Codec, decode
from layerscope.layers.tar.members import BLOCK_SIZE
from layerscope.sources.recognition import recognise

UNSUSPICIOUS_SIZE = 1 << 30
MAX_RATIO = 1000
"""An archive that expands to more than `UNSUSPICIOUS_SIZE` bytes and `MAX_RATIO` times its size is an attack."""

_ON_DISK = Path("/var/tmp")  # noqa: S108 - the file made there has no name that anybody could guess


@dataclass(frozen=True, slots=True)
class Spooled:
    """A temporary file without a name, which the caller closes; `damage` says why it ends early, if it does."""

    file: int
    damage: str = ""


def spool(chunks: Iterator[bytes], location: str, closed: threading.Event) -> Spooled:
    """Write the chunks, decompressed, to a temporary file; all chunks are read, even if they are damaged.

    Stops soon after `closed` is set. Raises `SourceError` if they are not a tar, or do not fit.
    """
    start = first_block(chunks)
    codec = recognise(start, location)
    file = temporary_file(location)
    try:
        return Spooled(file, _decompress(codec, chain((start,), chunks), file, location, closed))
    except OSError as error:
        os.close(file)
        raise SourceError(f"`{location}` cannot be copied to a temporary file: {error.strerror}") from error
    except BaseException:
        os.close(file)
        raise


def _decompress(codec: Codec, chunks: Iterator[bytes], file: int, location: str, closed: threading.Event) -> str:
    """Returns the damage of the compressed bytes, if any; what precedes it is written."""
    received_size, written_size = 0, 0

    def counted() -> Iterator[bytes]:
        nonlocal received_size
        for chunk in chunks:
            received_size += len(chunk)
            yield chunk

    try:
        for data in decode(codec, counted(), []):
            if closed.is_set():
                raise SourceError(f"`{location}` was closed")
            written_size += _write(file, data)
            if written_size > max(UNSUSPICIOUS_SIZE, received_size * MAX_RATIO):
                raise SourceError(
                    f"`{location}` decompresses to more than {MAX_RATIO} times its size: it is not an image"
                )
    except DamagedLayer as error:
        for _ in chunks:
            pass
        return error.message
    return ""


def written(chunks: Iterable[bytes], file: int) -> Iterator[bytes]:
    """The same chunks, each written to `file` first."""
    for chunk in chunks:
        _write(file, chunk)
        yield chunk


def first_block(chunks: Iterator[bytes]) -> bytes:
    """The first chunks, at least a block of a tar together, unless they end before."""
    start = b""
    while len(start) < BLOCK_SIZE and (chunk := next(chunks, b"")):
        start += chunk
    return start


def temporary_file(location: str) -> int:
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
