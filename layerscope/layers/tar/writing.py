"""Headers of a tar in GNU format, which all readers know: any bytes in names, names and numbers of any length."""

from dataclasses import dataclass

from layerscope.layers.tar.members import BLOCK_SIZE

REGULAR, HARDLINK, SYMLINK, DIRECTORY = b"0", b"1", b"2", b"5"
_LONG_LINK, _LONG_NAME = b"K", b"L"
END = bytes(2 * BLOCK_SIZE)
"""The end of an archive."""


@dataclass(frozen=True, slots=True)
class Header:
    """A member without its content: `name` has no leading slash, `link` is for both kinds of links.

    The owner is root. `mtime` is in seconds since the epoch.
    """

    name: bytes
    size: int = 0
    type: bytes = REGULAR
    mode: int = 0o644
    mtime: int = 0
    link: bytes = b""

    def encode(self) -> bytes:
        """The blocks before the content; more than one if the name or the link is long."""
        name = self.name + b"/" if self.type == DIRECTORY else self.name
        long = _long(_LONG_LINK, self.link) + _long(_LONG_NAME, name)
        return long + _block(name, self.size, self.type, self.mode, self.mtime, self.link)


def padding(size: int) -> bytes:
    """The zeros after `size` bytes of content."""
    return bytes(-size % BLOCK_SIZE)


def _long(kind: bytes, text: bytes) -> bytes:
    """A member that has the name or link of the next one; empty if that fits into its own header."""
    if len(text) <= 100:
        return b""
    data = text + b"\0"
    return _block(b"././@LongLink", len(data), kind, 0o644, 0, b"") + data + padding(len(data))


def _block(name: bytes, size: int, kind: bytes, mode: int, mtime: int, link: bytes) -> bytes:  # noqa: PLR0913, PLR0917 - the fields
    block = bytearray(BLOCK_SIZE)
    block[0 : len(name[:100])] = name[:100]
    block[100:124] = _number(mode, 8) + _number(0, 8) + _number(0, 8)
    block[124:148] = _number(size, 12) + _number(mtime, 12)
    block[148:156] = b" " * 8
    block[156:157] = kind
    block[157 : 157 + len(link[:100])] = link[:100]
    block[257:265] = b"ustar  \0"
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def _number(value: int, width: int) -> bytes:
    """Octal digits; a number that is negative or has too many digits is binary (GNU "base-256")."""
    if 0 <= value < 8 ** (width - 1):
        return b"%0*o\0" % (width - 1, value)
    binary = value.to_bytes(width, "big", signed=True)
    return bytes([binary[0] | 0x80]) + binary[1:]
