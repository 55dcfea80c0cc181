"""`Blob`: the raw bytes of a blob, counted, limited and hashed while they are read."""

from collections.abc import Iterable, Iterator

from layerscope.blobs.hashing import Hashing
from layerscope.oci import Descriptor, Digest


class Blob:
    """The chunks of the blob that `descriptor` promises. They can be iterated once, in several parts.

    The iteration ends, and `is_too_large` is set, if more bytes arrive than promised. `size` counts all bytes.
    """

    def __init__(self, chunks: Iterable[bytes], descriptor: Descriptor) -> None:
        self.descriptor = descriptor
        self.size = 0
        self._hashing = Hashing(descriptor.digest)
        self._is_read = False
        self._iterator = self._read(chunks)

    @property
    def algorithm(self) -> str:
        """The name of the algorithm of `digest`."""
        return self._hashing.algorithm

    @property
    def is_too_large(self) -> bool:
        """Whether more bytes came than were promised."""
        return self.size > self.descriptor.size

    @property
    def digest(self) -> Digest | None:
        """The digest of all bytes; None if they were not read to the end."""
        return self._hashing.digest() if self._is_read else None

    def __iter__(self) -> Iterator[bytes]:
        return self._iterator

    def drain(self) -> None:
        """Read the rest of the blob."""
        for _ in self._iterator:
            pass

    def _read(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            if self.is_too_large:
                return
            self._hashing.update(chunk)
            yield chunk
        self._is_read = True
