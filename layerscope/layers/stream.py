"""`TarStream`: the uncompressed bytes of a blob, counted and hashed, in chunks that suit the next step."""

from collections.abc import Iterable, Iterator
from itertools import chain

from layerscope.blobs.blob import Blob
from layerscope.blobs.hashing import Hashing
from layerscope.layers.codecs import MEMBERS, Codec, Member, codec_of, decode
from layerscope.layers.damage import Damage
from layerscope.layers.positions import Positions
from layerscope.layers.start_points import StartPoints
from layerscope.oci import Digest


def joined(chunks: Iterable[bytes], least_size: int) -> Iterator[bytes]:
    """The same bytes in chunks of at least `least_size`, except the last: tiny pieces cannot slow the work down."""
    waiting: list[bytes] = []
    waiting_size = 0
    for chunk in chunks:
        waiting.append(chunk)
        waiting_size += len(chunk)
        if waiting_size >= least_size:
            yield waiting[0] if len(waiting) == 1 else b"".join(waiting)
            waiting, waiting_size = [], 0
    if waiting_size:
        yield b"".join(waiting)


def blocks(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in blocks of exactly `size` bytes, except the last, however they were sent."""
    rest = b""
    for chunk in joined(chunks, size):
        data = rest + chunk
        whole = len(data) - len(data) % size
        yield from (data[start : start + size] for start in range(0, whole, size))
        rest = data[whole:]
    if rest:
        yield rest


BLOCK_SIZE = 1 << 16
"""Bytes of the blob decoded at a time, and the resolution of `positions`, however the blob is sent."""


class TarStream:
    """Iterate once for the bytes; `codec`, `size`, `diff_id`, `damage`, `warnings` and the others describe them.

    If the compression is invalid, the bytes end, and `damage` says why.
    """

    def __init__(self, blob: Blob, expected: Digest | None) -> None:
        self.codec = Codec.PLAIN
        self.size = 0
        self.positions = Positions()
        self.start_points = StartPoints()
        self.damage: Damage | None = None
        self.warnings: list[str] = []
        self._blob = blob
        self._hashing: Hashing | None = Hashing(expected)
        self._is_read = False
        self._member: Member | None = None

    @property
    def diff_id(self) -> Digest | None:
        """The digest of the bytes; None if they were not read to the end."""
        if not self._is_read:
            return None
        return self._hashing.digest() if self._hashing and self._blob.digest else self._blob.digest

    def __iter__(self) -> Iterator[bytes]:
        source = blocks(self._blob, BLOCK_SIZE)
        first = next(source, b"")
        self.codec = codec_of(first)
        if self._hashing and self.codec is Codec.PLAIN and self._hashing.algorithm == self._blob.algorithm:
            self._hashing = None  # the blob's own digest is the diff_id
        try:
            for chunk in decode(self.codec, self._noted(chain([first], source)), self.warnings, self._begin):
                self.size += len(chunk)
                if self._hashing:
                    self._hashing.update(chunk)
                yield chunk
        except Damage as damage:
            self.damage = damage
        else:
            self._is_read = True

    def _begin(self) -> Member:
        self._member = MEMBERS[self.codec]()
        return self._member

    def _noted(self, source: Iterator[bytes]) -> Iterator[bytes]:
        """Note a position before each piece: a piece is requested when everything before it is decoded."""
        taken = 0
        for piece in source:
            self.positions.note(taken, self.size)
            self.start_points.note(taken, self.size, self._member)
            taken += len(piece)
            yield piece
        self.positions.note(taken, self.size)
