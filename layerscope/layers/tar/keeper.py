"""`Keeper`: keeps the files of a layer that say what its packages are, as they pass by."""

from collections.abc import Mapping

from layerscope.layers.kept_files import MAX_SIZE, MAX_SUM_OF_SIZES, pack
from layerscope.layers.tar import fields
from layerscope.layers.tar.notices import WarningCounts
from layerscope.packages.passing import Passing, TooLarge
from layerscope.packages.wanted import (
    COMMON_ENDINGS,
    COMMON_NAMES,
    CONDA_DIRECTORY,
    ENDINGS,
    LEAST_BINARY,
    STATUS_DIRECTORIES,
    passing,
)

TOO_LARGE = "that describe packages are too large to be read"
TOO_MANY = "that describe packages are left out, because these files are too large together"
_NAME_SIZE = 100
_ROW_SIZE = 100
"""Bytes that a kept file takes besides its content."""


def may_be_wanted(header: bytes, size: int) -> bool:
    """Whether an entry with this header may be kept: a test that takes little time, as it is made for every entry."""
    end = header.find(b"\0")
    if size >= LEAST_BINARY or end >= _NAME_SIZE or header[8:21] in STATUS_DIRECTORIES:
        return True
    ending = header[end - 4 : end]
    if ending in COMMON_ENDINGS:
        return header[end - 12 : end] in COMMON_NAMES or CONDA_DIRECTORY in header
    return ending in ENDINGS


class Keeper:
    """Give it each entry that may be wanted, with its first bytes; `files` are what is kept, by row."""

    def __init__(self, notices: WarningCounts) -> None:
        self.files: dict[int, bytes] = {}
        self._notices = notices
        self._size = 0
        self._unpacked_size = 0
        self._name = b""
        self._row = -1
        self._passing: Passing | None = None

    def begin(self, row: int, header: bytes, size: int, data: memoryview, path: bytes | None = None) -> None:
        """An entry begins with this data, which is all of it, or the first part; `path` replaces the header's name."""
        name = path or fields.name_of(header)
        self._passing = passing(name, size, data)
        self._name, self._row = name, row
        self.take(data, is_last=len(data) == size)

    def take(self, data: memoryview, *, is_last: bool) -> None:
        """More data of the entry."""
        if self._passing is None:
            return
        self._passing.take(data)
        if is_last:
            taken, self._passing = self._passing, None
            self._end(taken)

    def _end(self, taken: Passing) -> None:
        try:
            result = taken.result()
        except TooLarge:
            self._notices.add(TOO_LARGE, self._name)
        else:
            if result is not None:
                self._keep(result)

    def kept_of(self, count: int) -> Mapping[int, bytes]:
        """The kept files of the first `count` rows."""
        return {row: data for row, data in self.files.items() if row < count}

    def _keep(self, data: bytes) -> None:
        packed = pack(data)
        self._size += len(packed) + _ROW_SIZE
        self._unpacked_size += len(data)
        if self._size > MAX_SIZE or self._unpacked_size > MAX_SUM_OF_SIZES:
            self._notices.add(TOO_MANY, self._name)
        else:
            self.files[self._row] = packed
