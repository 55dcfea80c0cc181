"""`OpenData`: the data of an entry that continues in a later chunk."""

import xxhash

from layerscope.layers.tar.metadata import padded


class OpenData:
    """Hashes data as it arrives, and counts the data and padding still to come."""

    def __init__(self) -> None:
        self._hasher = xxhash.xxh3_64()
        self.left = 0
        """Bytes of data still to come."""
        self._skip = 0

    @property
    def is_open(self) -> bool:
        """Whether data is still to come."""
        return self.left > 0

    @property
    def content(self) -> int:
        """The hash of the data so far."""
        return self._hasher.intdigest()

    def begin(self, data: memoryview, size: int, sparse_map: bytes) -> None:
        """Take the first of `size` bytes; the map of a sparse file's holes is hashed before them."""
        self._hasher = xxhash.xxh3_64(sparse_map)
        self._hasher.update(data)
        self.left = size - len(data)
        self._skip = padded(size) - size

    def skip(self, size: int) -> None:
        """Skip `size` more bytes."""
        self._skip += size

    def take(self, chunk: bytes) -> int:
        """Take the entry's bytes from the start of a chunk; returns the position after them."""
        data = memoryview(chunk)[: self.left]
        self._hasher.update(data)
        self.left -= len(data)
        skipped = min(self._skip, len(chunk) - len(data))
        self._skip -= skipped
        return len(data) + skipped


def content_of(data: memoryview, sparse_map: bytes) -> int:
    """The hash of complete data."""
    if not sparse_map:
        return xxhash.xxh3_64_intdigest(data)
    hasher = xxhash.xxh3_64(sparse_map)
    hasher.update(data)
    return hasher.intdigest()
