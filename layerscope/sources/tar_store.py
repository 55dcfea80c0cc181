"""The files inside a tar archive, read in place, and found by their names."""

import posixpath
import re
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
from layerscope.sources.recognition import named, not_an_image

WHOLE = "/"
"""The name of the archive itself, as it is stored; no member has it, since no cleaned name starts with a slash."""
MAX_MEMBERS = 1_000_000
"""An archive with more members is refused; no image has this many blobs."""
MAX_FOREIGN_MEMBERS = 10_000
"""An archive that starts with more members than this, none of them of an image, is a layer."""

_AGAIN = "save or download the archive again"
_OF_AN_IMAGE = re.compile(
    r"(?:blobs|oci-layout|(?:index|manifest|config)\.json|repositories|(?:sha256:)?[a-f0-9]{64})(?:[./].*)?", re.DOTALL
)


def is_of_an_image(name: str) -> bool:
    """Whether the archive of an image has members of that name; with all tools, the first member is one."""
    return bool(_OF_AN_IMAGE.fullmatch(name))


@dataclass(frozen=True, slots=True)
class Member:
    """One member: position and size of its stored data, or the name, from the archive's root, that a link points to.

    The target of a link that leads out of the archive starts with `..` or `/`.
    """

    position: int
    size: int
    link: str | None = None
    is_sparse: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """All members by their cleaned names; the last of several members with the same name.

    `damage` says why more members may follow; it is empty if the archive is complete.
    """

    members: dict[str, Member]
    damage: str = ""


def read_contents(file: ArchiveFile, location: str) -> Contents:
    """The contents of an archive, up to its first damage.

    Raises `SourceError` if the file is not a tar, if there are too many members, or if the archive of an image is
    damaged. A damaged layer is no error here: reading it as a layer says what is wrong.
    """
    start = file.read(0, BLOCK_SIZE)
    if start.strip(b"\0") and not is_tar(start) and not (file.damage and len(start) < BLOCK_SIZE):
        raise not_an_image(location, "it is not a tar archive")
    found: dict[str, Member] = {}
    try:
        is_complete, damage = _read_members(found, file, location), file.damage
    except Damage as error:
        is_complete, damage = False, file.damage or error.message
    if damage and (not found or any(map(is_of_an_image, found))):
        raise SourceError(f"{named(location)} is damaged: {damage}", hint=_AGAIN)
    return Contents(found, damage or ("" if is_complete else "it ends early, without an end marker"))


def _read_members(found: dict[str, Member], file: ArchiveFile, location: str) -> bool:
    """Add the members to `found`; returns whether the archive has an end marker. Raises `Damage` or `SourceError`.

    It stops if the archive must be a layer, since that may have millions of members.
    """
    reading, is_image = members(file.read), False
    while True:
        try:
            member = next(reading)
        except StopIteration as end:
            return bool(end.value)
        name = _text(clean(member.name)[0])
        found[name] = Member(member.position, member.size, _link(member, name), member.is_sparse)
        is_image = is_image or is_of_an_image(name)
        if len(found) > MAX_FOREIGN_MEMBERS and not is_image:
            return True
        if len(found) > MAX_MEMBERS:
            raise SourceError(f"`{location}` has more than {MAX_MEMBERS:,} members")


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
        self._archive: tuple[ArchiveFile, Contents] | None = None

    @property
    def location(self) -> str:
        """The archive as the user named it."""
        return self._location

    def has(self, name: str) -> bool:
        """Whether the archive has a member of that name."""
        return name == WHOLE or name in self._open_archive()[1].members

    def names(self) -> Iterable[str]:
        """The names of all members."""
        return self._open_archive()[1].members.keys()

    def check_complete(self) -> None:
        """Raise `SourceError` if the archive is cut or damaged."""
        if damage := self._open_archive()[1].damage:
            raise SourceError(f"{named(self._location)} is damaged: {damage}", hint=_AGAIN)

    def archive(self) -> ArchiveFile:
        """The archive itself."""
        return self._open_archive()[0]

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

    def _open_archive(self) -> tuple[ArchiveFile, Contents]:
        with self._lock:
            if self._closed.is_set():
                raise SourceError(f"`{self._location}` was closed")
            if self._archive is None:
                file = self._opener(self._closed)
                try:
                    self._archive = file, read_contents(file, self._location)
                except BaseException:
                    file.close()
                    raise
            return self._archive

    def _find(self, name: str) -> tuple[ArchiveFile, Member]:
        """The member that a name leads to; raises `NotFound`, or `SourceError` for a link out or in a loop."""
        file, contents = self._open_archive()
        if name == WHOLE:
            return file.original, Member(0, file.original.size())
        current = name
        for _ in range(MAX_LINKS):
            member = contents.members.get(current)
            if member is None:
                self.check_complete()
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
                raise SourceError(
                    f"`{self._location}` ends in the middle of `{display(name)}`",
                    hint=_AGAIN,
                )
            position += len(chunk)
            yield chunk
