"""The members of a zip file or jar. Python's zipfile reads the whole list at once, so its size is checked before."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from layerscope.content.preview.model import Facts, Member, Members, Source
from layerscope.errors import DamagedLayer

MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
MAX_LIST_SIZE = 1 << 22
"""Bytes of the list in the archive: zipfile needs some twelve times as much memory for it."""
MAX_MEMBERS = 20_000
"""Members that are shown."""
_END = b"PK\x05\x06"
_END_SIZE = 22
_MAX_COMMENT_SIZE = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MANIFEST = "META-INF/MANIFEST.MF"
_MANIFEST_SIZE = 1 << 16
_SHOWN = ("Main-Class", "Start-Class", "Implementation-Title", "Implementation-Version", "Bundle-Version")
_FAILURES = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError),
    *(zlib.error, struct.error, ValueError, IndexError, OverflowError, KeyError),
)
"""What zipfile raises on bytes that are not a zip file; `UnicodeDecodeError` is a `ValueError`."""


def zip_members(source: Source) -> Members:
    """The list of the archive."""
    if not source.is_whole:
        return Members((), "the list is at the end of the file, which is too large to be read")
    try:
        with _opened(source) as archive:
            found = archive.infolist()
            members = tuple(map(_member, found[:MAX_MEMBERS]))
    except DamagedLayer as error:
        return Members((), error.message)
    return Members(members, f"it has {len(found) - MAX_MEMBERS:,} more" if len(found) > MAX_MEMBERS else "")


def zip_facts(source: Source) -> Facts:
    """What the manifest of a jar says."""
    try:
        with _opened(source) as archive:
            lines = b"".join(_parts(archive, archive.getinfo(_MANIFEST), _MANIFEST_SIZE)).decode("utf-8", "replace")
    except DamagedLayer:
        return ()
    pairs = (line.partition(": ") for line in lines.splitlines())
    return tuple((name.lower().replace("-", " "), value) for name, _, value in pairs if name in _SHOWN)


def read_zip_member(source: Source, number: int, max_size: int) -> Iterator[bytes]:
    """The bytes of a member, at most `max_size`; raises `DamagedLayer`."""
    with _opened(source) as archive:
        yield from _parts(archive, archive.infolist()[number], max_size)


def _parts(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_size: int) -> Iterator[bytes]:
    if info.compress_type not in _METHODS or info.flag_bits & 1:
        raise DamagedLayer("the member is encrypted, or compressed in a way that cannot be read")
    with archive.open(info) as member:
        while max_size > 0 and (part := member.read(min(max_size, 1 << 18))):
            max_size -= len(part)
            yield part


@contextmanager
def _opened(source: Source) -> Iterator[zipfile.ZipFile]:
    """The archive; what is wrong with it is a `DamagedLayer`."""
    _check_list(source)
    try:
        with zipfile.ZipFile(source.file) as archive:
            yield archive
    except _FAILURES as error:
        raise DamagedLayer("the zip file is damaged, or of an unknown form") from error


def _check_list(source: Source) -> None:
    """Raise `DamagedLayer` if the archive has no list, or a long one."""
    size = min(source.size, _END_SIZE + _MAX_COMMENT_SIZE)
    tail = source.read(source.size - size, size)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise DamagedLayer("the zip file has no list at its end")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_LIST_SIZE:
        raise DamagedLayer("its list is too long to be shown")


def _member(info: zipfile.ZipInfo) -> Member:
    kind = "directory" if info.is_dir() else "symlink" if info.external_attr >> 28 == 0o12 else "file"
    return Member(info.filename.encode("utf-8", "surrogateescape"), kind, info.file_size)
