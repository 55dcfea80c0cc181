"""`Package`: a package as its manager describes it, and what cannot be read of the descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from layerscope.display import display

MAX_TEXT_SIZE = 300
"""Bytes of a name or a version that are read."""

MOST_PATHS = 300_000
"""Files that one package may list; the others are unowned."""
MOST_RECORDS = 100_000
"""Packages that one file may describe."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package; paths have no leading slash.

    `origin` is the file that describes it; `home` is its place, if several packages may have one name. `paths` are the
    files that are listed as its own. All below `trees` is its own too, except directories in which another
    package has its tree. A package that is a part of one file, as a module of a program, has no files.
    """

    manager: str
    name: str
    version: str
    architecture: str = ""
    origin: bytes = b""
    home: bytes = b""
    paths: tuple[bytes, ...] = ()
    trees: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Problems:
    """What cannot be read, counted by reason, each with the first path."""

    _counts: dict[str, int] = field(default_factory=dict)
    _paths: dict[str, bytes] = field(default_factory=dict)

    def add(self, path: bytes, reason: str) -> None:
        """Note a file that cannot be read; `reason` continues a sentence: `is not JSON`."""
        self._counts[reason] = self._counts.get(reason, 0) + 1
        self._paths.setdefault(reason, path)

    def sentences(self) -> list[str]:
        """A sentence for each reason."""
        return [
            f"packages are incomplete: `/{display(self._paths[reason], limit=200)}` {reason}{_others(count)}"
            for reason, count in self._counts.items()
        ]


class Reader(Protocol):
    """Reads the packages of a manager from its files, which are contents by path."""

    def __call__(self, files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]: ...  # noqa: D102 - above


def text_of(value: bytes | str) -> str:
    """A name or a version from outside, limited in length; bytes that are not UTF-8 are escaped."""
    text = value if isinstance(value, str) else value[:MAX_TEXT_SIZE].decode("utf-8", "backslashreplace")
    return text.encode("utf-8", "backslashreplace").decode()[:MAX_TEXT_SIZE].strip()


def _others(count: int) -> str:
    return f", and {count - 1:,} more like it" if count > 1 else ""
