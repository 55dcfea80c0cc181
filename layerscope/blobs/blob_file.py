"""`BlobFile`: a blob as a file that can be read at any position; its bytes are fetched in spans."""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

from layerscope.blobs.store import BlobStore, Span
from layerscope.errors import LayerscopeError
from layerscope.oci import Descriptor

BLOCK_SIZE = 1 << 20
"""Bytes of a span that was not announced."""
KEPT_SIZE = 1 << 17
"""Bytes before the position that are kept: a short way back needs no request."""


class BlobFile(io.RawIOBase):
    """A blob of a store. A read from a new position opens a span there, up to the end of the announced one.

    All chunks pass through `watch`. `failure` is the error of the store: a library that reads the file may replace it
    by one of its own.
    """

    def __init__(
        self, store: BlobStore, descriptor: Descriptor, watch: Callable[[Iterable[bytes]], Iterable[bytes]] = iter
    ) -> None:
        super().__init__()
        self.failure: LayerscopeError | None = None
        self._store = store
        self._descriptor = descriptor
        self._watch = watch
        self._announced = Span(0, 0)
        self._position = 0
        self._kept, self._kept_start = b"", 0
        self._chunks: Iterator[bytes] = iter(())
        self._missing_size = 0
        """Bytes of the open span that were not fetched yet."""
        self._stack = ExitStack()

    def announce(self, span: Span) -> None:
        """What is read next; it is fetched by one request."""
        self._announced = span

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The position in the blob."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position; nothing is fetched."""
        starts = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._descriptor.size}
        self._position = max(0, starts[whence] + offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer only if the blob ends. Raises what `BlobStore.open` raises."""
        data = bytearray()
        end = self._descriptor.size if size < 0 else min(self._position + size, self._descriptor.size)
        try:
            while self._position < end and (part := self._part(end - self._position)):
                data += part
                self._position += len(part)
        except LayerscopeError as error:
            self.failure = error
            raise
        return bytes(data)

    def close(self) -> None:
        """Free the connection or file."""
        self._stack.close()
        super().close()

    def _part(self, size: int) -> bytes:
        """Up to `size` bytes from the position; empty if the store sent too few."""
        if not self._kept_start <= self._position <= self._kept_start + len(self._kept):
            self._kept, self._kept_start = b"", self._position
            self._missing_size = 0
        if self._position == self._kept_start + len(self._kept):
            self._fetch()
        start = self._position - self._kept_start
        return self._kept[start : start + size]

    def _fetch(self) -> None:
        """Add the next chunk to what is kept; at the end of a span, open the next one."""
        if not self._missing_size:
            self._open_span()
        chunk = next(self._chunks, b"")[: self._missing_size]
        self._missing_size -= len(chunk)
        kept = self._kept[-KEPT_SIZE:]
        self._kept_start += len(self._kept) - len(kept)
        self._kept = kept + chunk

    def _open_span(self) -> None:
        end = self._announced.end if self._announced.offset <= self._position < self._announced.end else 0
        span = Span(self._position, end - self._position if end else BLOCK_SIZE).within(self._descriptor.size)
        self._stack.close()
        opened = self._stack.enter_context(self._store.open(self._descriptor, span))
        self._chunks, self._missing_size = iter(self._watch(opened)), span.size
