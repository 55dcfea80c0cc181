"""Where the members of an outer tar are: only headers are read, the bytes between them are hopped over."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.errors import SourceError
from layerscope.layers.tar import fields
from layerscope.layers.tar.metadata import MAX_METADATA_SIZE, METADATA_TYPES, Metadata
from layerscope.layers.tar.names import clean
from layerscope.layers.tar.numbers import header_number
from layerscope.layers.tar.sizes import MAX_FILE_SIZE
from layerscope.sources.recognition import BLOCK_SIZE, not_an_image

if TYPE_CHECKING:
    from layerscope.sources.archive_file import ArchiveFile

MAX_MEMBERS = 1_000_000
"""More members than any image has blobs: an archive that has more is refused."""

_HARDLINK, _SYMLINK = ord("1"), ord("2")
_WITHOUT_DATA = frozenset(b"123456")
_OLD_SPARSE = ord("S")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: where its data lies in the archive, or the name that a link points to, from the archive's root.

    A link to outside of the archive starts with `..` or `/`.
    """

    position: int
    size: int
    link: str | None = None
    is_sparse: bool = False


def read_members(file: ArchiveFile, location: str) -> dict[str, Member]:
    """All members by their cleaned names, the last of those with the same name.

    Ends at the first zero block, or where the file ends. Raises `SourceError` where a header is damaged.
    """
    members: dict[str, Member] = {}
    metadata = Metadata()
    position = 0
    while (header := file.read(position, BLOCK_SIZE)).strip(b"\0"):
        try:
            size = _take(header, position + BLOCK_SIZE, file, metadata, members)
        except ValueError as error:
            if not position:
                raise not_an_image(location, "it is not a tar archive") from error
            raise SourceError(f"`{location}` is damaged: there is no tar header at byte {position:,}") from error
        if len(members) > MAX_MEMBERS:
            raise SourceError(f"`{location}` has more than {MAX_MEMBERS:,} members")
        position += BLOCK_SIZE + -(-size // BLOCK_SIZE) * BLOCK_SIZE
    return members


def _take(header: bytes, position: int, file: ArchiveFile, metadata: Metadata, members: dict[str, Member]) -> int:
    """Note what the header before `position` says; returns the size of the data there. Raises `ValueError`."""
    if len(header) < BLOCK_SIZE or not fields.has_right_checksum(header):
        raise ValueError("not a header")
    kind, size = header[fields.TYPE], header_number(header[fields.SIZE])
    if kind in METADATA_TYPES:
        if not 0 <= size <= MAX_METADATA_SIZE:
            raise ValueError("a metadata entry is too large")
        metadata.take(kind, file.read(position, size))
        return size
    name, member = _member(header, position, size, metadata)
    members[name] = member
    return member.size


def _member(header: bytes, position: int, header_size: int, metadata: Metadata) -> tuple[str, Member]:
    extras, kind = metadata.pop(), header[fields.TYPE]
    size = header_size if extras.size is None else extras.size
    if not 0 <= size <= MAX_FILE_SIZE:
        raise ValueError("a size is none that a file can have")
    block = fields.blocks_of([header])
    name = _text(clean(extras.path or fields.name_column(block)[0])[0])
    link = _link(kind, name, _text(extras.link or fields.text_column(block, fields.LINK)[0]))
    is_sparse = kind == _OLD_SPARSE or extras.real_size is not None
    return name, Member(position, 0 if kind in _WITHOUT_DATA else size, link, is_sparse)


def _link(kind: int, name: str, target: str) -> str | None:
    if kind == _HARDLINK:
        return posixpath.normpath(target)
    if kind == _SYMLINK:
        return posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
    return None


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
