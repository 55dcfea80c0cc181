"""The entries of a tar that can be read at any position: only headers are read, the data between them is skipped."""

from collections.abc import Generator
from dataclasses import dataclass

from layerscope.layers.damage import Damage
from layerscope.layers.tar import fields
from layerscope.layers.tar.headers import Read, Stored, body_after, data_after
from layerscope.layers.tar.metadata import METADATA_TYPES, Metadata, padded

BLOCK_SIZE = 512
"""A tar is made of blocks of this size; a header is one block."""


@dataclass(frozen=True, slots=True)
class Member:
    """An entry: name and link target as they are in the tar, type flag, position and size of the stored data."""

    name: bytes
    link: bytes
    type: int
    position: int
    size: int
    is_sparse: bool


def is_tar(start: bytes) -> bool:
    """Whether bytes begin with the header of a tar entry, of any format, recognised by its checksum."""
    return len(start) >= BLOCK_SIZE and fields.has_right_checksum(start[:BLOCK_SIZE])


def members(read: Read) -> Generator[Member, None, bool]:
    """The entries of the tar that `read` reads, in their order. Raises `Damage` at the first header that is not valid.

    The tar ends with two blocks of zeros, or with its last byte. Returns whether it ends with zeros; if it does not,
    more entries may have followed, and the data of the last one may be cut.
    """
    metadata, position = Metadata(), 0
    while (header := read(position, BLOCK_SIZE)).strip(b"\0"):
        if len(header) == BLOCK_SIZE and not fields.has_right_checksum(header):
            raise Damage(f"the header at byte {position:,} has a wrong checksum")
        try:
            found = _take(header, position + BLOCK_SIZE, read, metadata)
        except ValueError as error:
            raise Damage(f"the header at byte {position:,} is not valid: {error}") from error
        if found is None:
            raise Damage.cut(f"it ends inside the header at byte {position:,}")
        if isinstance(found, Member):
            yield found
            found = found.position + padded(found.size)
        position = found
    if len(following := read(position + BLOCK_SIZE, BLOCK_SIZE)) == BLOCK_SIZE and following.strip(b"\0"):
        raise Damage(f"there is a lone block of zeros at byte {position:,}")
    return bool(header)


def _take(header: bytes, start: int, read: Read, metadata: Metadata) -> Member | int | None:
    """The entry of a header, or the position after a metadata entry; None if `read` does not have all of it."""
    if len(header) < BLOCK_SIZE:
        return None
    if header[fields.TYPE] not in METADATA_TYPES:
        stored = data_after(header, start, read, metadata)
        return _member(header, stored) if stored else None
    body = body_after(header, start, read)
    if body is None:
        return None
    metadata.take(header[fields.TYPE], body)
    return start + padded(len(body))


def _member(header: bytes, stored: Stored) -> Member:
    extras = stored.extras
    name, link = extras.path or fields.name_of(header), extras.link or fields.link_of(header)
    return Member(name, link, header[fields.TYPE], stored.position, stored.size, extras.is_sparse)
