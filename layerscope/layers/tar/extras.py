"""The values of metadata entries (PAX `x`, GNU `L` and `K`), which describe the next entry."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from layerscope.layers.tar.names import MAX_NAME_SIZE
from layerscope.layers.tar.numbers import decimal, seconds

_MAX_DIGITS = 20
MAX_XATTR_NAME_SIZE = 255
"""The maximum length of the name of an extended attribute in Linux (XATTR_NAME_MAX)."""
_NEWLINE = ord("\n")
_SCHILY = b"SCHILY.xattr."
_LIBARCHIVE = b"LIBARCHIVE.xattr."
_SPARSE_PARTS = (b"GNU.sparse.offset", b"GNU.sparse.numbytes")


@dataclass(slots=True)
class Extras:
    """Values that replace those in an entry's header; None if the header's value is valid.

    `size` is the size of the stored data. A sparse file has a `sparse_map`, and a `real_size` that includes its holes.
    """

    path: bytes | None = None
    link: bytes | None = None
    size: int | None = None
    uid: int | None = None
    gid: int | None = None
    mtime: int | None = None
    has_bad_time: bool = False
    is_sparse: bool = False
    real_size: int | None = None
    sparse_map: bytes = b""
    xattrs: dict[str, bytes] = field(default_factory=dict)
    has_long_xattr: bool = False


def parse_records(body: bytes) -> dict[bytes, bytes]:
    r"""The records `LENGTH KEY=VALUE\n` of a PAX header (POSIX pax, "pax Header Block"); raises `ValueError`.

    The repeated offsets and lengths of GNU's sparse format 0.0 are joined to one `GNU.sparse.map`.
    """
    records: dict[bytes, bytes] = {}
    sparse_map: list[bytes] = []
    position, size = 0, len(body)
    while position < size:
        digits, blank, _ = body[position : position + _MAX_DIGITS].partition(b" ")
        if not blank or not digits.isdigit():
            raise ValueError("a PAX record does not begin with its length")
        start, end = position + len(digits) + 1, position + int(digits)
        key, equals, value = body[start : end - 1].partition(b"=")
        if not start < end <= size or not equals or body[end - 1] != _NEWLINE or b"\0" in key:
            raise ValueError("a PAX record breaks its grammar")
        if key in _SPARSE_PARTS:
            sparse_map.append(value)
        else:
            records[key] = value
        position = end
    if sparse_map:
        records[b"GNU.sparse.map"] = b",".join(sparse_map)
    return records


def merge(records: Mapping[bytes, bytes], long_name: bytes, long_link: bytes) -> Extras:
    """The values for one entry; raises `ValueError` if a size or an owner is not a number.

    An empty value means the header's value. The name of a sparse file takes precedence over GNU's long name, and that
    over PAX, as in Go's archive/tar.
    """
    extras = Extras()
    for key, value in records.items():
        if value and key in _SETTERS:
            _SETTERS[key](extras, value)
        elif key.startswith((_SCHILY, _LIBARCHIVE)):
            _add_xattr(extras, key, value)
    if is_sparse(records):
        _set_sparse(extras, records)
    extras.path = _name(extras.path or long_name or records.get(b"path"))
    extras.link = _name(long_link or records.get(b"linkpath"))
    return extras


def is_sparse(records: Mapping[bytes, bytes]) -> bool:
    """Whether the file is sparse by GNU's PAX formats 0.0, 0.1 or 1.0."""
    version = records.get(b"GNU.sparse.major", b""), records.get(b"GNU.sparse.minor", b"")
    if version == (b"", b""):
        return bool(records.get(b"GNU.sparse.map"))
    return version in {(b"0", b"0"), (b"0", b"1"), (b"1", b"0")}


def _set_sparse(extras: Extras, records: Mapping[bytes, bytes]) -> None:
    extras.is_sparse = True
    extras.path = records.get(b"GNU.sparse.name")
    extras.sparse_map = records.get(b"GNU.sparse.map", b"")
    if real_size := records.get(b"GNU.sparse.size") or records.get(b"GNU.sparse.realsize"):
        extras.real_size = decimal(real_size)
        if extras.real_size < 0:
            raise ValueError("the PAX size of a sparse file is negative")


def _name(name: bytes | None) -> bytes | None:
    """The name. If it is too long, just enough of it to detect this, and the last byte, which may be a slash."""
    return name[:MAX_NAME_SIZE] + name[MAX_NAME_SIZE:][-1:] if name else None


def _set_size(extras: Extras, value: bytes) -> None:
    extras.size = decimal(value)


def _set_uid(extras: Extras, value: bytes) -> None:
    extras.uid = decimal(value)


def _set_gid(extras: Extras, value: bytes) -> None:
    extras.gid = decimal(value)


def _set_mtime(extras: Extras, value: bytes) -> None:
    try:
        extras.mtime = seconds(value)
    except ValueError:
        extras.has_bad_time = True


_SETTERS: dict[bytes, Callable[[Extras, bytes], None]] = {
    b"size": _set_size,
    b"uid": _set_uid,
    b"gid": _set_gid,
    b"mtime": _set_mtime,
}


def _add_xattr(extras: Extras, key: bytes, value: bytes) -> None:
    """Schilling's star writes the bytes, libarchive base64 with an escaped name; the bytes take precedence."""
    is_plain = key.startswith(_SCHILY)
    name = key[len(_SCHILY) :] if is_plain else unquote_to_bytes(key[len(_LIBARCHIVE) :])
    if len(name) > MAX_XATTR_NAME_SIZE:
        extras.has_long_xattr = True
    elif is_plain:
        extras.xattrs[_text(name)] = value
    else:
        extras.xattrs.setdefault(_text(name), _from_base64(value))


def _from_base64(value: bytes) -> bytes:
    try:
        return b64decode(value + b"=" * (-len(value) % 4))  # libarchive writes no padding
    except ValueError:
        return value


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
