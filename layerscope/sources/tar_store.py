"""The files inside a tar archive, read in place, and found by their names."""

import posixpath
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from layerscope.blobs.store import Span
from layerscope.display import display
from layerscope.errors import NotFound, SourceError
from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import EntryType
from layerscope.layers.tar.members import BLOCK_SIZE, Member as TarMember, is_tar, members
from layerscope.layers.tar.names import clean
from layerscope.sources.archive_file import ArchiveFile
from layerscope.sources.file_store import CHUNK_SIZE
from layerscope.sources.recognition import not_an_image

MAX_MEMBERS = 1_000_000
"""An archive with more members is refused; no image has this many blobs."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member: position and size of its stored data, or the name, from the archive's root, that a link points to.

    The target of a link that leads out of the archive starts with `..` or `/`.
    """

    position: int
    size: int
    link: str | None = None
    is_sparse: bool = False


def read_members(file: ArchiveFile, location: str) -> dict[str, Member]:
    """All members by their cleaned names; the last of several members with the same name.

    Raises `SourceError` if the file is not a tar, if a header is damaged, or if there are too many members.
    """
    start = file.read(0, BLOCK_SIZE)
    if start.strip(b"\0") and not is_tar(start):
        raise not_an_image(location, "it is not a tar archive")
    found: dict[str, Member] = {}
    try:
        for member in members(file.read):
            name = _text(clean(member.name)[0])
            found[name] = Member(member.position, member.size, _link(member, name), member.is_sparse)
            if len(found) > MAX_MEMBERS:
                raise SourceError(f"`{location}` has more than {MAX_MEMBERS:,} members")
    except Damage as damage:
        raise SourceError(f"`{location}` is damaged: {damage.message}") from damage
    return found


def _link(member: TarMember, name: str) -> str | None:
    target = _text(member.link)
    if member.type == EntryType.HARDLINK:
        return posixpath.normpath(target)
    if member.type == EntryType.SYMLINK:
        return posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
    return None


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


MAX_LINKS = 40
"""Links in a row that are followed, as many as in Linux."""


class TarStore:
    """The members of an archive, which `opener` opens on first use; links inside the archive are followed."""

    layout_transport: ClassVar[str] = "oci-archive"

    def __init__(self, opener: Callable[[threading.Event], ArchiveFile], location: str) -> None:
        self._opener = opener
        self._location = location
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._archive: tuple[ArchiveFile, dict[str, Member]] | None = None

    @property
    def location(self) -> str:
        """The archive as the user named it."""
        return self._location

    def has(self, name: str) -> bool:
        """Whether the archive has a member of that name."""
        return name in self._open_archive()[1]

    def names(self) -> Iterable[str]:
        """The names of all members."""
        return self._open_archive()[1].keys()

    def size(self, name: str) -> int:
        """The size of a member."""
        return self._find(name)[1].size

    @contextmanager
    def open(self, name: str, span: Span | None = None) -> Iterator[Iterator[bytes]]:
        """The bytes of a member, or of a span of it, in chunks."""
        file, member = self._find(name)
        part = span.within(member.size) if span else Span(0, member.size)
        yield self._chunks(file, member.position + part.offset, member.position + part.end, name)

    def stamp(self, name: str) -> str | None:
        """A text that changes when the archive does; None if the archive is not a file on disk."""
        file, member = self._find(name)
        stamp = file.stamp()
        return f"{stamp}:{member.position}" if stamp else None

    def close(self) -> None:
        """Close the archive; a decompression in progress ends with an error."""
        self._closed.set()
        with self._lock:
            if self._archive:
                self._archive[0].close()

    def _open_archive(self) -> tuple[ArchiveFile, dict[str, Member]]:
        with self._lock:
            if self._closed.is_set():
                raise SourceError(f"`{self._location}` was closed")
            if self._archive is None:
                file = self._opener(self._closed)
                try:
                    self._archive = file, read_members(file, self._location)
                except BaseException:
                    file.close()
                    raise
            return self._archive

    def _find(self, name: str) -> tuple[ArchiveFile, Member]:
        """The member that a name leads to; raises `NotFound`, or `SourceError` for a link out or in a loop."""
        file, members = self._open_archive()
        current = name
        for _ in range(MAX_LINKS):
            member = members.get(current)
            if member is None:
                raise self._missing(name, current)
            if member.is_sparse:
                raise SourceError(f"`{display(name)}` in `{self._location}` is stored as a sparse file")
            if member.link is None:
                return file, member
            if member.link.startswith(("/", "../")) or member.link == "..":
                raise SourceError(f"`{display(current)}` in `{self._location}` is a link that leads out of the archive")
            current = member.link
        raise SourceError(f"`{display(name)}` in `{self._location}` is a link in a loop")

    def _missing(self, name: str, current: str) -> NotFound:
        through = "" if current == name else f", which `{display(name)}` links to,"
        return NotFound(f"`{display(current)}`{through} is not in `{self._location}`")

    def _chunks(self, file: ArchiveFile, position: int, end: int, name: str) -> Iterator[bytes]:
        while position < end:
            chunk = file.read(position, min(CHUNK_SIZE, end - position))
            if not chunk:
                raise SourceError(f"`{self._location}` ends in the middle of `{display(name)}`")
            position += len(chunk)
            yield chunk
