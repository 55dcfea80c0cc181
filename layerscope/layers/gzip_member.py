"""`GzipMember`: one member of a gzip file (RFC 1952). zlib-ng decodes the deflate stream.

ISA-L would be faster by 5 to 10 %, but its state cannot be copied. The header is read here, because its size has a
limit.
"""

import struct
from copy import copy
from typing import Self, cast

try:
    from zlib_ng import zlib_ng as zlib
except ImportError:  # it has no wheels for rare processors
    import zlib  # type: ignore[no-redef]

MAX_HEADER_SIZE = 1 << 20
"""The format does not limit the name and comment in a header."""

_RAW_DEFLATE = -15
_FIXED_SIZE = 10
_TRAILER = struct.Struct("<II")
_HAS_CRC, _HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 2, 4, 8, 16
_RESERVED = 0xE0

DEFLATE_ERROR = cast("type[Exception]", zlib.error)


class GzipError(Exception):
    """A header or trailer that does not follow the format."""


class GzipMember:
    """An incremental decompressor, with the same interface as in the standard library's bz2, lzma and zstd."""

    def __init__(self) -> None:
        self.eof = False
        self.needs_input = True
        self.unused_data = b""
        self._waiting = b""
        self._inflate = zlib.decompressobj(_RAW_DEFLATE)
        self._is_begun = False
        self._crc = 0
        self._size = 0

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """The next bytes, at most `max_length`; raises `GzipError` and `DEFLATE_ERROR`."""
        if not self._is_begun:
            data = self._read_header(self._waiting + data)
        if not self._is_begun:
            return b""
        out = b""
        if not self._inflate.eof:
            out = self._decompress(data, max_length)
            data = self._inflate.unused_data
        if self._inflate.eof:
            self._read_trailer(self._waiting + data)
        return out

    def copy(self) -> Self:
        """A second decompressor in the same state."""
        other = copy(self)
        other._inflate = self._inflate.copy()  # type: ignore[attr-defined] # noqa: SLF001 - the stubs lack it
        return other

    def _decompress(self, data: bytes, max_length: int) -> bytes:
        out: bytes = self._inflate.decompress(data or self._inflate.unconsumed_tail, max_length)
        # After a full step, output may remain even if all input is consumed.
        self.needs_input = not self._inflate.unconsumed_tail and len(out) < max_length
        self._crc = zlib.crc32(out, self._crc)
        self._size += len(out)
        return out

    def _read_header(self, data: bytes) -> bytes:
        """Skip the header if it is complete; returns what follows."""
        size = _header_size(data)
        if size is None and len(data) > MAX_HEADER_SIZE:
            raise GzipError("its header has no end")
        self._is_begun = size is not None
        self._waiting = b"" if self._is_begun else data
        return data[size:]

    def _read_trailer(self, data: bytes) -> None:
        self.eof = len(data) >= _TRAILER.size
        self.needs_input = not self.eof
        self._waiting = data
        if not self.eof:
            return
        crc, size = _TRAILER.unpack_from(data)
        if crc != self._crc:
            raise GzipError("the checksum of its data is wrong")
        if size != self._size & 0xFFFFFFFF:
            raise GzipError("the size of its data is wrong")
        self.unused_data = data[_TRAILER.size :]


def _header_size(data: bytes) -> int | None:
    """The size of the header that `data` begins with; None if `data` does not have all of it."""
    if len(data) < _FIXED_SIZE:
        return None
    method, flags = data[2], data[3]
    if method != zlib.DEFLATED or flags & _RESERVED:
        raise GzipError("its header is not valid")
    end = _FIXED_SIZE
    if flags & _HAS_EXTRA:
        end += 2 + int.from_bytes(data[end : end + 2], "little")
    for has_text in (flags & _HAS_NAME, flags & _HAS_COMMENT):
        if has_text:
            end = data.find(b"\0", end) + 1
            if not end:
                return None
    if flags & _HAS_CRC:
        end += 2
        if end <= len(data) and data[end - 2 : end] != struct.pack("<H", zlib.crc32(data[: end - 2]) & 0xFFFF):
            raise GzipError("the checksum of its header is wrong")
    return end if end <= len(data) else None
