"""The members of a tar."""

from collections.abc import Iterator
from itertools import islice

from layerscope.content.preview.model import HEAD_SIZE, Member, Members, Source
from layerscope.errors import DamagedLayer
from layerscope.layers.tar.members import Member as TarMember, members

MAX_MEMBERS = 20_000
_KINDS = {b"0": "file", b"\0": "file", b"7": "file", b"1": "hardlink", b"2": "symlink", b"5": "directory"}


def tar_members(source: Source) -> Members:
    """The entries, as far as they can be read."""
    found: list[Member] = []
    try:
        found += map(_member, islice(members(source.read), MAX_MEMBERS))
    except DamagedLayer as error:
        return Members(tuple(found), error.message)
    if len(found) == MAX_MEMBERS:
        return Members(tuple(found), "there may be more")
    return Members(tuple(found), "" if source.is_whole else "the rest was not read")


def read_tar_member(source: Source, number: int, max_size: int) -> Iterator[bytes]:
    """The bytes of an entry, at most `max_size`; raises `DamagedLayer`."""
    member = next(islice(members(source.read), number, None))
    position, end = member.position, member.position + min(member.size, max_size)
    while position < end:
        part = source.read(position, min(end - position, HEAD_SIZE))
        if not part:
            raise DamagedLayer("the tar ends before the end of this entry")
        position += len(part)
        yield part


def _member(member: TarMember) -> Member:
    return Member(member.name, _KINDS.get(bytes([member.type]), "other"), member.size, member.link)
