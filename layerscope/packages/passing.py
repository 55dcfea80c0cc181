"""`Passing`: takes the bytes of a file while its layer is read, and keeps what is needed, in bounded memory."""

from typing import Protocol


class Passing(Protocol):
    """The bytes come in pieces, in order."""

    def take(self, piece: memoryview) -> None:
        """Take the next bytes."""

    def result(self) -> bytes | None:
        """What is kept, after the last piece; None if that is nothing."""


class TooLarge(ValueError):
    """The file is larger than any that is needed."""


class Whole:
    """Keeps a file of at most `limit` bytes; the result of a larger one is a `TooLarge`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._data = bytearray()

    def take(self, piece: memoryview) -> None:
        """Take the next bytes."""
        self._size += len(piece)
        if self._size <= self._limit:
            self._data += piece
        else:
            self._data.clear()

    def result(self) -> bytes | None:
        """The whole file; raises `TooLarge`."""
        if self._size > self._limit:
            raise TooLarge
        return bytes(self._data)


class Beginning:
    """Keeps the first `limit` bytes of a file."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._data = bytearray()

    def take(self, piece: memoryview) -> None:
        """Take the next bytes."""
        self._data += piece[: self._limit - len(self._data)]

    def result(self) -> bytes | None:
        """The first bytes."""
        return bytes(self._data)


class Ends:
    """Keeps the first and the last `limit` bytes of a file, at least."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._head = bytearray()
        self._tail = bytearray()
        self.size = 0

    def take(self, piece: memoryview) -> None:
        """Take the next bytes."""
        self.size += len(piece)
        room = max(self._limit - len(self._head), 0)
        self._head += piece[:room]
        self._tail += piece[room:]
        if len(self._tail) > 2 * self._limit:
            del self._tail[: -self._limit]

    def read(self, start: int, size: int) -> bytes:
        """The bytes at a position; fewer, or none, if they were not kept."""
        if start < 0:
            return b""
        if start < len(self._head):
            head = bytes(self._head[start : start + size])
            has_all = len(self._head) + len(self._tail) == self.size
            return head + bytes(self._tail[: size - len(head)]) if has_all else head
        start -= self.size - len(self._tail)
        return bytes(self._tail[start : start + size]) if start >= 0 else b""
