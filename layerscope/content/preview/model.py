"""The values that describe the content of a file. Texts in them are from outside, and not yet safe for display."""

from array import array
from dataclasses import dataclass
from typing import IO

HEAD_SIZE = 1 << 22
"""Bytes of a file that are shown, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The bytes of a file: `file` has the first `stored_size` of its `size` bytes, and can be read at any position."""

    name: bytes
    file: IO[bytes]
    size: int
    stored_size: int

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are there."""
        return self.stored_size >= self.size

    @property
    def head(self) -> bytes:
        """The first bytes."""
        return self.read(0, HEAD_SIZE)

    def read(self, offset: int, size: int) -> bytes:
        """Bytes from a position on, at most `HEAD_SIZE`; fewer than `size` if the rest is not there."""
        if offset >= self.stored_size or size <= 0:
            return b""
        self.file.seek(offset)
        return self.file.read(min(size, HEAD_SIZE, self.stored_size - offset))


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Lines in pieces of limited length; `numbers` has the number of each line, and 0 for its further pieces.

    `cut` says why the rest is missing; it is empty if nothing is.
    """

    pieces: list[str]
    numbers: "array[int]"
    cut: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Bytes:
    """The first bytes of a file that is no text."""

    data: bytes
    cut: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of an archive; `kind` is file, directory, symlink, hardlink or other."""

    name: bytes
    kind: str
    size: int
    link: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The entries of an archive; `problem` says why there may be more."""

    members: tuple[Member, ...]
    problem: str = ""


Content = Text | Bytes | Members
Facts = tuple[tuple[str, str], ...]
"""Labels and values."""


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What kind of file it is, what is known of it, and its content; `data` are its first bytes."""

    kind: str
    facts: Facts
    content: Content
    data: bytes = b""
