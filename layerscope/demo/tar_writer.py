"""Write the tar of a layer, with the same bytes on every machine (POSIX ustar, with a PAX header for xattrs)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

BLOCK = 512
MTIME = 1_715_680_800
"""2024-05-14T10:00:00Z: every file of the sample image has this time, or one that is a few minutes later."""

REGULAR, HARDLINK, SYMLINK, DIRECTORY, PAX = b"0", b"1", b"2", b"5", b"x"


@dataclass(frozen=True, slots=True)
class TarEntry:
    """One entry: `path` has no leading slash, `mode` has 12 permission bits, `link` is for both kinds of links."""

    path: str
    type: bytes = REGULAR
    data: bytes = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    link: str = ""
    mtime: int = MTIME
    xattrs: Mapping[str, bytes] = field(default_factory=dict)


def write_tar(entries: Iterable[TarEntry]) -> bytes:
    """The archive of these entries in their order; raises `ValueError` for a path too long for ustar."""
    parts: list[bytes] = []
    for entry in entries:
        if entry.xattrs:
            parts += _member(_pax_header(entry))
        parts += _member(entry)
    parts.append(bytes(2 * BLOCK))
    return b"".join(parts)


def _member(entry: TarEntry) -> list[bytes]:
    return [_header(entry), entry.data, bytes(-len(entry.data) % BLOCK)]


def _pax_header(entry: TarEntry) -> TarEntry:
    records = (_pax_record(f"SCHILY.xattr.{name}", value) for name, value in sorted(entry.xattrs.items()))
    return TarEntry("PaxHeaders/" + entry.path.rpartition("/")[2], PAX, b"".join(records), mtime=entry.mtime)


def _pax_record(key: str, value: bytes) -> bytes:
    r"""`LENGTH KEY=VALUE\n`, where LENGTH counts its own digits too (POSIX pax, "Extended Header")."""
    body = b" " + key.encode() + b"=" + value + b"\n"
    length = len(body) + 1
    while len(str(length)) + len(body) != length:
        length = len(str(length)) + len(body)
    return str(length).encode() + body


def _header(entry: TarEntry) -> bytes:
    prefix, name = _split(entry.path.encode() + (b"/" if entry.type == DIRECTORY else b""))
    block = bytearray(BLOCK)
    block[0 : len(name)] = name
    block[100:108] = b"%07o\0" % entry.mode
    block[108:116] = b"%07o\0" % entry.uid
    block[116:124] = b"%07o\0" % entry.gid
    block[124:136] = b"%011o\0" % len(entry.data)
    block[136:148] = b"%011o\0" % entry.mtime
    block[148:156] = b" " * 8
    block[156:157] = entry.type
    link = entry.link.encode()
    block[157 : 157 + len(link)] = link
    block[257:265] = b"ustar\00000"
    block[345 : 345 + len(prefix)] = prefix
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def _split(path: bytes) -> tuple[bytes, bytes]:
    """The prefix and name of `path` in ustar: a path longer than 100 bytes is cut at a slash."""
    if len(path) <= 100:
        return b"", path
    slash = path.find(b"/", len(path) - 101)
    if not 0 < slash <= 155:
        raise ValueError(f"{path!r} is too long for a ustar header")
    return path[:slash], path[slash + 1 :]
