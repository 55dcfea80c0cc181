"""`Keeper`: keeps what is needed of the files of a layer, as they pass by.

Of a file that says what the packages are, that is its content. Of a file that may have secrets, only their places
are kept: the text is examined in memory.
"""

from layerscope.layers.kept_files import MAX_SIZE, MAX_SUM_OF_SIZES, pack
from layerscope.layers.tar.notices import WarningCounts
from layerscope.packages import wanted as packages
from layerscope.packages.passing import Passing, TooLarge
from layerscope.secrets import detector, wanted as secrets

TOO_LARGE = "that describe packages are too large to be read"
TOO_MANY = "that describe packages are left out, because these files are too large together"
NOT_EXAMINED = "that may have secrets are not examined, because these files are too large together"
MAX_EXAMINED_SIZE = 1 << 24
"""Bytes of the files of a layer that are examined for secrets."""
_ROW_SIZE = 100
"""Bytes that a kept file takes besides its content."""


class Keeper:
    """Give it each entry that may be wanted, with its first bytes; `files` and `secrets` are what is kept, by row."""

    def __init__(self, notices: WarningCounts) -> None:
        self.files: dict[int, bytes] = {}
        self.secrets: dict[int, bytes] = {}
        self._notices = notices
        self._size = 0
        self._unpacked_size = 0
        self._name = b""
        self._row = -1
        self._examined_size = 0
        self._is_secret = False
        self._passing: Passing | None = None

    def begin(self, row: int, name: bytes, size: int, data: memoryview) -> None:
        """An entry begins with this data, which is all of it, or the first part."""
        self._passing = packages.passing(name, size, data)
        self._is_secret = self._passing is None
        if self._is_secret:
            self._passing = secrets.passing(name, size)
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
                (self._examine if self._is_secret else self._keep)(result)

    def _examine(self, data: bytes) -> None:
        self._examined_size += len(data)
        if self._examined_size > MAX_EXAMINED_SIZE:
            self._notices.add(NOT_EXAMINED, self._name)
        elif found := detector.find(data):
            self.secrets[self._row] = detector.encode(found)

    def _keep(self, data: bytes) -> None:
        packed = pack(data)
        self._size += len(packed) + _ROW_SIZE
        self._unpacked_size += len(data)
        if self._size > MAX_SIZE or self._unpacked_size > MAX_SUM_OF_SIZES:
            self._notices.add(TOO_MANY, self._name)
        else:
            self.files[self._row] = packed
