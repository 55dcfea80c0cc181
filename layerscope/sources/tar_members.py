"""The members of an outer tar by their names."""

import posixpath
from dataclasses import dataclass

from layerscope.errors import SourceError
from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import EntryType
from layerscope.layers.tar.members import BLOCK_SIZE, Member as TarMember, is_tar, members
from layerscope.layers.tar.names import clean
from layerscope.sources.archive_file import ArchiveFile
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
