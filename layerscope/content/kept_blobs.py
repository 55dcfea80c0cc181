"""`KeptBlobs`: a store that keeps the blobs that are read whole, so that a file in them is read without the network."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from layerscope.blobs.store import BlobStore, Root, Span
from layerscope.layers.start_points import StartPoints
from layerscope.oci import Descriptor, Platform

MAX_SIZE = 1 << 30
"""Maximum bytes of all kept blobs; at most half of the free space of the disk is used too."""
MAX_COUNT = 200
"""Maximum number of kept blobs: each is an open file."""
CHUNK_SIZE = 1 << 18

_log = logging.getLogger(__name__)


class KeptBlobs:
    """A store around another one. Blobs whose bytes their digest decides are kept in files that have no name.

    Such files disappear when the program ends, however it ends. They are in `directory`. Only blobs that `is_wanted`
    are kept.
    """

    def __init__(
        self,
        store: BlobStore,
        directory: Path | None = None,
        max_size: int = MAX_SIZE,
        is_wanted: Callable[[Descriptor], bool] = lambda _descriptor: True,
    ) -> None:
        self._store = store
        self._is_wanted = is_wanted
        self.directory = directory if directory and directory.is_dir() else Path(tempfile.gettempdir())
        self.start_points: dict[Descriptor, StartPoints] = {}
        """Of the layers that this run has read, kept or not."""
        self._free_size = max_size
        self._files: dict[Descriptor, IO[bytes]] = {}
        self._lock = threading.Lock()
        self._is_closed = False
        self._counts = threading.local()

    @property
    def fetched_size(self) -> int:
        """The bytes that the other store has sent to this thread."""
        return getattr(self._counts, "fetched_size", 0)

    @property
    def name(self) -> str:
        """The name of the image."""
        return self._store.name

    def roots(self, platform: Platform | None) -> tuple[Root, ...]:
        """The roots of the other store."""
        return self._store.roots(platform)

    def stamp(self, descriptor: Descriptor) -> str | None:
        """The stamp of the other store."""
        return self._store.stamp(descriptor)

    @contextmanager
    def open(self, descriptor: Descriptor, span: Span | None = None) -> Iterator[Iterator[bytes]]:
        """The bytes of a kept blob, or else those of the other store, which are kept if they are the whole blob."""
        if file := self._files.get(descriptor):
            yield _chunks(file, (span or Span(0, descriptor.size)).within(descriptor.size))
            return
        is_kept = span in (None, Span(0, descriptor.size)) and self._reserve(descriptor)
        with self._store.open(descriptor, span) as chunks:
            if not is_kept:
                yield self._counted(chunks)
                return
            copy = _Copy(descriptor, self.directory)
            try:
                yield copy.written(self._counted(chunks))
            finally:
                self._take(copy)

    def has(self, descriptor: Descriptor) -> bool:
        """Whether a blob is kept."""
        return descriptor in self._files

    def forget(self, descriptor: Descriptor) -> None:
        """Do not keep a blob any more: its bytes were wrong. Reads of it that have begun end early."""
        with self._lock:
            file = self._files.pop(descriptor, None)
            self.start_points.pop(descriptor, None)
        if file:
            self._free(descriptor)
            file.close()

    def close(self) -> None:
        """Close the other store, and all files."""
        self._store.close()
        with self._lock:
            self._is_closed = True
            files, self._files = self._files, {}
        for file in files.values():
            file.close()

    def _counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._counts.fetched_size = self.fetched_size + len(chunk)
            yield chunk

    def _reserve(self, descriptor: Descriptor) -> bool:
        """Whether there is room for a blob; the room is then taken."""
        if not self._is_wanted(descriptor) or self._store.stamp(descriptor) != "":
            return False  # it is on this machine, or may change
        with suppress(OSError), self._lock:
            has_room = descriptor.size <= min(self._free_size, shutil.disk_usage(self.directory).free // 2)
            if has_room and len(self._files) < MAX_COUNT:
                self._free_size -= descriptor.size
                return True
        return False

    def _free(self, descriptor: Descriptor) -> None:
        with self._lock:
            self._free_size += descriptor.size

    def _take(self, copy: _Copy) -> None:
        """Keep a copy if it is complete."""
        is_complete = copy.complete()
        with self._lock:
            if copy.file and is_complete and copy.descriptor not in self._files and not self._is_closed:
                self._files[copy.descriptor] = copy.file
                return
        copy.close()
        self._free(copy.descriptor)


class _Copy:
    """A file that gets the bytes of a blob as they are read; if the disk fails, it is given up."""

    def __init__(self, descriptor: Descriptor, directory: Path) -> None:
        self.descriptor = descriptor
        self.file: IO[bytes] | None = None
        self._size = 0
        with self._forgiving():
            self.file = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115 - it stays open

    def complete(self) -> bool:
        """Whether it has the whole blob, which is then on disk."""
        if self.file and self._size == self.descriptor.size:
            with self._forgiving():
                self.file.flush()
        return self.file is not None and self._size == self.descriptor.size

    def written(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks, each written before it is used."""
        for chunk in chunks:
            if self.file and self._size + len(chunk) <= self.descriptor.size:
                with self._forgiving():
                    self.file.write(chunk)
            self._size += len(chunk)
            yield chunk

    def close(self) -> None:
        """Give the bytes up."""
        if self.file:
            self.file.close()
            self.file = None

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            _log.info("a blob is not kept: %s", error.strerror)
            self.close()


def _chunks(file: IO[bytes], span: Span) -> Iterator[bytes]:
    """The bytes of a span; reading does not move the file, so that several threads can read it at once."""
    position = span.offset
    while position < span.end:
        try:
            chunk = os.pread(file.fileno(), min(CHUNK_SIZE, span.end - position), position)
        except ValueError:  # it was closed
            return
        if not chunk:
            return
        position += len(chunk)
        yield chunk
