"""The interface below local images: named files, in a directory or inside an archive."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

from layerscope.blobs.store import Span
from layerscope.display import display
from layerscope.errors import InvalidDocument
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE

CHUNK_SIZE = 256 * 1024
UNSETTLED_SECONDS = 2
"""A file that changed this recently may change again without a new time: clocks of file systems are coarse."""


class FileStore(Protocol):
    """Files by their names: relative, with `/`. Its methods may be called from several threads at once."""

    layout_transport: ClassVar[str]
    """The word before the `:` that opens an OCI layout in such files."""

    @property
    def location(self) -> str:
        """Where the files are, safe for display."""

    def has(self, name: str) -> bool:
        """Whether anything has that name; raises `SourceError` if the store cannot be read."""

    def names(self) -> Iterable[str]:
        """The names of the files; those deep in a directory may be left out. Raises `SourceError`."""

    def check_complete(self) -> None:
        """Raise `SourceError` if the archive is cut, so that a file that is missing may have been in it."""

    def size(self, name: str) -> int:
        """The size of a file; raises `NotFound` or `SourceError`."""

    def open(self, name: str, span: Span | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a file, or of a span of it, in chunks; a span beyond the end is cut there.

        Raises `NotFound` or `SourceError`, also from within the iteration.
        """

    def stamp(self, name: str) -> str | None:
        """A text that changes when the file does; None if this is unknown. Raises `NotFound` or `SourceError`."""

    def close(self) -> None:
        """Free what is open; reads in flight end with a `SourceError`."""


def stamp_of(stat: os.stat_result) -> str | None:
    """A text that changes when the file with this `stat` does; None if the file changed just now."""
    if time.time() - stat.st_ctime < UNSETTLED_SECONDS:
        return None
    return ":".join(map(str, (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)))


def read_document(store: FileStore, name: str) -> bytes:
    """A whole file of at most `MAX_DOCUMENT_SIZE`; raises `InvalidDocument` if it is larger, and what `open` raises."""
    data = bytearray()
    with store.open(name) as chunks:
        for chunk in chunks:
            data += chunk
            if len(data) > MAX_DOCUMENT_SIZE:
                shown = display(name, limit=100)
                raise InvalidDocument(f"`{shown}` in `{store.location}` is larger than {MAX_DOCUMENT_SIZE:,} bytes")
    return bytes(data)
