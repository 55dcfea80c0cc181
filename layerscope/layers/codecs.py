"""The compressions of layers, known by their magic bytes: gzip (RFC 1952), zstd (RFC 8878), bzip2, xz, none.

Each is a sequence of members (frames, streams). All members are read, also empty ones and zstd's skippable frames.
Output comes in steps of bounded size, so that a bomb costs time but no memory.
"""

import bz2
import lzma
import re
import sys
from enum import StrEnum
from functools import partial
from typing import Protocol

from layerscope.layers.damage import Damage
from layerscope.layers.gzip_member import DEFLATE_ERROR, GzipError, GzipMember

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from collections.abc import Callable, Generator, Iterator

STEP_SIZE = 1 << 20
"""Maximum bytes of one step."""

_FAILURES: tuple[type[Exception], ...] = (GzipError, DEFLATE_ERROR, zstd.ZstdError, lzma.LZMAError, OSError, EOFError)
"""What the decoders raise on bytes they cannot decode (bzip2: OSError)."""

_XZ_MEMORY_SIZE = 1 << 27
"""The limit of zstd, which refuses frames with larger windows by default."""

_ERROR_NUMBER = re.compile(r"^Error -?\d+( while decompressing data:)?")


class Codec(StrEnum):
    """How a layer is compressed."""

    PLAIN = "uncompressed"
    GZIP = "gzip"
    ZSTD = "zstd"
    BZIP2 = "bzip2"
    XZ = "xz"


class Member(Protocol):
    """One member of a compressed stream: the interface of the standard library's incremental decompressors."""

    @property
    def eof(self) -> bool:
        """Whether the member is complete."""

    @property
    def needs_input(self) -> bool:
        """Whether all input was consumed, and all output returned."""

    @property
    def unused_data(self) -> bytes:
        """The input after the end of the member."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """The next bytes, at most `max_length`."""


MEMBERS: dict[Codec, Callable[[], Member]] = {
    Codec.GZIP: GzipMember,
    Codec.ZSTD: zstd.ZstdDecompressor,
    Codec.BZIP2: bz2.BZ2Decompressor,
    Codec.XZ: partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, _XZ_MEMORY_SIZE),
}


def codec_of(start: bytes) -> Codec:
    """The compression, recognised by the first bytes of a blob or of a later member."""
    if start.startswith(b"\x1f\x8b"):
        return Codec.GZIP
    if start.startswith(b"\x28\xb5\x2f\xfd") or _is_skippable(start):
        return Codec.ZSTD
    if start.startswith(b"BZh"):
        return Codec.BZIP2
    return Codec.XZ if start.startswith(b"\xfd7zXZ\0") else Codec.PLAIN


def decode(
    codec: Codec, pieces: Iterator[bytes], warnings: list[str], begin: Callable[[], Member] | None = None
) -> Iterator[bytes]:
    """The uncompressed bytes in steps of at most `STEP_SIZE`; a plain blob is passed through.

    `begin` makes the decompressor of the next member. Reads `pieces` to the end. Raises `Damage` if the stream is cut
    short or invalid; bytes after the last member are a warning.
    """
    if codec is Codec.PLAIN:
        yield from pieces
        return
    data = next(pieces, b"")
    while data:
        data = yield from _member(codec, (begin or MEMBERS[codec])(), data, pieces)
        data = _at_least(6, data, pieces)
        if data and codec_of(data) is not codec:
            warnings.append(_describe_tail(codec, data, pieces))
            return


def zstd_frame(data: bytes) -> bytes:
    """The bytes as one zstd frame, at the level that zstd uses by default."""
    return zstd.compress(data)


def _member(codec: Codec, member: Member, data: bytes, pieces: Iterator[bytes]) -> Generator[bytes, None, bytes]:
    """One member; returns the bytes after it."""
    while True:
        try:
            out = member.decompress(data, STEP_SIZE)
        except _FAILURES as error:
            raise Damage(f"the {codec} stream cannot be decompressed ({_reason(error)})") from error
        if out:
            yield out
        if member.eof:
            return member.unused_data
        data = next(pieces, b"") if member.needs_input else b""
        if member.needs_input and not data:
            raise Damage.cut(f"the {codec} stream ends too early")


def _at_least(size: int, data: bytes, pieces: Iterator[bytes]) -> bytes:
    while len(data) < size and (more := next(pieces, b"")):
        data += more
    return data


def _describe_tail(codec: Codec, data: bytes, pieces: Iterator[bytes]) -> str:
    tail_size, only_zeros = 0, True
    while data:
        tail_size += len(data)
        only_zeros = only_zeros and not data.strip(b"\0")
        data = next(pieces, b"")
    what = "zero byte" if only_zeros else "byte"
    of = "" if only_zeros else " of other data"
    count = f"1 {what}{of} follows" if tail_size == 1 else f"{tail_size:,} {what}s{of} follow"
    return f"{count} the {codec} stream"


def _is_skippable(start: bytes) -> bool:
    return len(start) >= 4 and 0x50 <= start[0] <= 0x5F and start[1:4] == b"\x2a\x4d\x18"


def _reason(error: Exception) -> str:
    text = _ERROR_NUMBER.sub("", str(error)).strip().rstrip(".")
    return text[:1].lower() + text[1:] if text else "the data is not valid"
