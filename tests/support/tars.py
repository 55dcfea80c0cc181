"""Tars for tests, built byte by byte: a test can set every field of a header."""

import gzip as gzip_module
import sys
from dataclasses import dataclass, field

if sys.version_info >= (3, 14):
    from compression import zstd as zstd_module
else:
    from backports import zstd as zstd_module

END = bytes(1024)


@dataclass(frozen=True)
class Entry:
    """One tar entry. `size` overrides the length of `data` in the header; `fields` puts raw bytes at offsets.

    A name or link of more than 100 bytes is written to a PAX header.
    """

    name: bytes | str
    data: bytes = b""
    type: bytes = b"0"
    link: bytes | str = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    device: tuple[int, int] = (0, 0)
    size: int | None = None
    prefix: bytes | str = b""
    magic: bytes = b"ustar\x0000"
    pax: dict = field(default_factory=dict)
    xattrs: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    checksum: bytes | None = None

    def encode(self) -> bytes:
        """The header, the data and the padding, after a PAX header if the entry needs one."""
        records = {f"SCHILY.xattr.{key}": value for key, value in self.xattrs.items()}
        records |= {key: text for key, text in (("path", self.name), ("linkpath", self.link)) if len(raw(text)) > 100}
        records |= self.pax
        before = pax_header(records) if records else b""
        return before + self.header() + padded(self.data)

    def header(self) -> bytes:
        block = bytearray(512)
        size = len(self.data) if self.size is None else self.size
        put(block, 0, raw(self.name)[:100])
        for offset, width, number in ((100, 8, self.mode), (108, 8, self.uid), (116, 8, self.gid), (124, 12, size)):
            put(block, offset, octal(number, width))
        put(block, 136, octal(self.mtime, 12))
        put(block, 156, self.type)
        put(block, 157, raw(self.link)[:100])
        put(block, 257, self.magic)
        put(block, 329, octal(self.device[0], 8))
        put(block, 337, octal(self.device[1], 8))
        put(block, 345, raw(self.prefix))
        for offset, value in self.fields.items():
            put(block, offset, value)
        put(block, 148, b" " * 8)
        put(block, 148, b"%06o\0 " % sum(block) if self.checksum is None else self.checksum)
        return bytes(block)


def tar(*entries, end=END) -> bytes:
    """A tar of these entries; bytes among them are used unchanged."""
    return b"".join(entry if isinstance(entry, bytes) else entry.encode() for entry in entries) + end


def file(name, data=b"", **attributes) -> Entry:
    return Entry(name, data, **attributes)


def directory(name, mode=0o755, **attributes) -> Entry:
    return Entry(name, type=b"5", mode=mode, **attributes)


def symlink(name, link, mode=0o777, **attributes) -> Entry:
    return Entry(name, type=b"2", link=link, mode=mode, **attributes)


def hardlink(name, link, **attributes) -> Entry:
    return Entry(name, type=b"1", link=link, **attributes)


def metadata(kind: bytes, body: bytes, **attributes) -> bytes:
    """An entry that describes the next one."""
    return Entry("metadata", body, type=kind, **attributes).encode()


def long_name(name, kind=b"L") -> bytes:
    """GNU's entry for a long name (`L`) or link (`K`)."""
    return metadata(kind, raw(name) + b"\0", magic=b"ustar  \0")


def pax_header(records, kind=b"x") -> bytes:
    return metadata(kind, b"".join(pax_record(key, value) for key, value in records.items()))


def pax_record(key, value) -> bytes:
    body = b" " + raw(key) + b"=" + raw(value) + b"\n"
    size = len(body) + 1
    while len(str(size)) + len(body) != size:
        size += 1
    return str(size).encode() + body


def gzip(data: bytes) -> bytes:
    return gzip_module.compress(data, 6, mtime=0)


def gzip_fast(data: bytes) -> bytes:
    """A gzip stream of a big layer, packed little."""
    return gzip_module.compress(data, 1, mtime=0)


def zstd(data: bytes) -> bytes:
    return zstd_module.compress(data)


def skippable(data: bytes) -> bytes:
    """A zstd frame that decoders skip."""
    return b"\x50\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


def base256(number: int, width: int) -> bytes:
    """GNU's binary numbers: the top bit is set, the other bits are two's complement."""
    value = number & ((1 << (width * 8 - 1)) - 1)
    return (value | 1 << (width * 8 - 1)).to_bytes(width, "big")


def octal(number: int, width: int) -> bytes:
    digits = b"%0*o\0" % (width - 1, number) if number >= 0 else b""
    return digits if 0 < len(digits) <= width else base256(number, width)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def raw(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def put(block: bytearray, offset: int, value: bytes) -> None:
    block[offset : offset + len(value)] = value
