"""Programs made by Go: which modules they are made of, from the build info that the linker leaves in them.

The build info begins with a magic text, at a multiple of 16 bytes; since Go 1.18 the version of Go and the list of
modules follow it (`debug/buildinfo` in Go's standard library).
"""

import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise

from layerscope.packages.package import Package, Problems, text_of

MANAGER = "go"
MAGIC = b"\x7fELF"
_NOTE = b"\x04\0\0\0Go\0\0"
"""The end of the header of the note with Go's build ID: it stands in the first bytes of every program made by Go."""
_HEAD_SIZE = 1 << 13
_LITTLE_64_BITS = b"\2\1"
_PROGRAM_HEADERS = struct.Struct("<32xQ14xHH")
_SEGMENT = struct.Struct("<LLQ")
_LOADED, _WRITABLE = 1, 2
_INFO = b"\xff Go buildinf:"
_INFO_HEADER_SIZE = 32
_FLAGS = 15
_INLINE = 2
_MAX_INFO_SIZE = 1 << 20
_SENTINEL_SIZE = 16


class PassingProgram:
    """Looks for the build info of a program as its bytes pass by."""

    def __init__(self) -> None:
        self._data = b""
        self._is_searching = False
        self._has_found = False
        self._is_over = False
        self._left_out = 0

    def take(self, piece: memoryview) -> None:
        """Take the next bytes."""
        if self._is_over or (self._has_found and len(self._data) >= _MAX_INFO_SIZE):
            return
        skipped = min(self._left_out, len(piece))
        self._left_out -= skipped
        self._data += piece[skipped:]
        if not self._is_searching:
            if len(self._data) < _HEAD_SIZE:
                return
            self._begin()
        if not self._left_out:
            self._search()

    def result(self) -> bytes | None:
        """The version of Go, and the text with the modules; None if there is no build info."""
        return _inline_info(self._data) if self._has_found else None

    def _begin(self) -> None:
        """Decide by the first bytes whether it is made by Go, and find the start of its data."""
        self._is_searching = True
        self._is_over = not (self._data.startswith(MAGIC) and _NOTE in self._data[:_HEAD_SIZE])
        start = _data_start(self._data)
        self._left_out = max(start - len(self._data), 0)
        self._data = self._data[start:]

    def _search(self) -> None:
        """Drop the bytes before the build info: all that cannot be its start if it has not come yet."""
        while not self._has_found and not self._is_over:
            start = self._data.find(_INFO)
            if start < 0:
                self._data = self._data[1 - len(_INFO) :]
                return
            self._data = self._data[start:]
            if len(self._data) < _INFO_HEADER_SIZE + 4:
                return
            self._has_found = _is_header(self._data)
            if not self._has_found:
                self._data = self._data[1:]
        if self._is_over:
            self._data = b""


def _data_start(head: bytes) -> int:
    """The position of the first segment that can be written, in which the build info stands; 0 if it is not known."""
    if head[4:6] != _LITTLE_64_BITS:
        return 0
    start, size, count = _PROGRAM_HEADERS.unpack_from(head)
    for position in range(start, min(start + size * count, len(head) - _SEGMENT.size), max(size, 1)):
        kind, flags, offset = _SEGMENT.unpack_from(head, position)
        if kind == _LOADED and flags & _WRITABLE:
            return int(offset)
    return 0


def _is_header(data: bytes) -> bool:
    """Whether the texts follow the header: not if it is of an old Go, or a constant in a program about build infos."""
    start = data[_INFO_HEADER_SIZE + 1 : _INFO_HEADER_SIZE + 3]
    return bool(data[_FLAGS] & _INLINE) and start in (b"go", b"de")


def _inline_info(data: bytes) -> bytes | None:
    version, position = _text_at(data, _INFO_HEADER_SIZE)
    info, _ = _text_at(data, position)
    return version + b"\n" + info[_SENTINEL_SIZE:-_SENTINEL_SIZE]


def _text_at(data: bytes, position: int) -> tuple[bytes, int]:
    """A text after its length, a varint; and the position after it."""
    size = shift = 0
    while position < len(data) and shift < 35:
        byte = data[position]
        size |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            break
    return data[position : position + size], position + size


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:  # noqa: ARG001 - as all readers
    """The main module of each program, which has the file, and the modules that are linked into it."""
    for path, data in files.items():
        _, *lines = data.split(b"\n")
        rows = [line.split(b"\t") for line in lines]
        modules = [row for row in rows if row[0] in (b"mod", b"dep", b"=>") and len(row) > 2]
        main = next((row for row in modules if row[0] == b"mod"), None)
        named = main or next(([b"path", row[1], b""] for row in rows if row[0] == b"path" and len(row) > 1), None)
        if named is None:
            continue
        yield Package(MANAGER, text_of(named[1]), text_of(named[2]), origin=path, home=path, paths=(path,))
        yield from _linked(path, modules)


def _linked(path: bytes, modules: list[list[bytes]]) -> Iterator[Package]:
    """The modules after the main one; the module that replaces another one stands in the line after it."""
    for row, after in pairwise([*modules, [b""]]):
        if (row[0] == b"dep" and after[0] != b"=>") or row[0] == b"=>":
            yield Package(MANAGER, text_of(row[1]), text_of(row[2]), origin=path, home=path)
