"""What metadata entries (PAX `x`, GNU `L` and `K`) say about the entry that follows them."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from layerscope.layers.tar.numbers import decimal, seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHILY = b"SCHILY.xattr."
_LIBARCHIVE = b"LIBARCHIVE.xattr."
_SPARSE_PARTS = (b"GNU.sparse.offset", b"GNU.sparse.numbytes")


@dataclass(slots=True)
class Extras:
    """Values that take the place of those in an entry's header; None where the header's own stands.

    `size` is that of the stored data; `real_size` and `sparse_map` are those of a sparse file, holes included.
    """

    path: bytes | None = None
    link: bytes | None = None
    size: int | None = None
    uid: int | None = None
    gid: int | None = None
    mtime: int | None = None
    has_bad_time: bool = False
    real_size: int | None = None
    sparse_map: bytes = b""
    xattrs: dict[str, bytes] = field(default_factory=dict)


def parse_records(body: bytes) -> dict[bytes, bytes]:
    r"""The records `LENGTH KEY=VALUE\n` of a PAX header (POSIX pax, "pax Header Block"); raises `ValueError`.

    The repeated offsets and lengths of GNU's sparse format 0.0 are gathered into one `GNU.sparse.map`.
    """
    records: dict[bytes, bytes] = {}
    sparse_map: list[bytes] = []
    position, size = 0, len(body)
    while position < size:
        space = body.find(b" ", position, position + 20)
        digits = body[position:space] if space > 0 else b""
        end = position + int(digits) if digits.isdigit() else 0
        key, equals, value = body[space + 1 : end - 1].partition(b"=")
        if not equals or end > size or body[end - 1] != 0x0A or b"\0" in key:
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
    """All that was said about one entry; raises `ValueError` for a size or an owner that is no number.

    An empty value stands for the header's own. GNU's long names win over PAX, as in Go's archive/tar.
    """
    extras = Extras(path=long_name or records.get(b"path") or None, link=long_link or records.get(b"linkpath") or None)
    if size := records.get(b"size"):
        extras.size = _not_negative(size)
    if uid := records.get(b"uid"):
        extras.uid = decimal(uid)
    if gid := records.get(b"gid"):
        extras.gid = decimal(gid)
    if mtime := records.get(b"mtime"):
        _set_time(extras, mtime)
    if is_sparse(records):
        _set_sparse(extras, records)
    extras.xattrs = _xattrs(records)
    return extras


def is_sparse(records: Mapping[bytes, bytes]) -> bool:
    """Whether the file is sparse by GNU's PAX formats 0.0, 0.1 or 1.0."""
    version = records.get(b"GNU.sparse.major", b""), records.get(b"GNU.sparse.minor", b"")
    if version == (b"", b""):
        return bool(records.get(b"GNU.sparse.map"))
    return version in {(b"0", b"0"), (b"0", b"1"), (b"1", b"0")}


def _set_sparse(extras: Extras, records: Mapping[bytes, bytes]) -> None:
    extras.path = records.get(b"GNU.sparse.name") or extras.path
    extras.sparse_map = records.get(b"GNU.sparse.map", b"")
    if real_size := records.get(b"GNU.sparse.size") or records.get(b"GNU.sparse.realsize"):
        extras.real_size = _not_negative(real_size)


def _set_time(extras: Extras, value: bytes) -> None:
    try:
        extras.mtime = seconds(value)
    except ValueError:
        extras.has_bad_time = True


def _xattrs(records: Mapping[bytes, bytes]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for key, value in records.items():
        if key.startswith(_SCHILY):
            found[_text(key[len(_SCHILY) :])] = value
        elif key.startswith(_LIBARCHIVE):
            found.setdefault(unquote(_text(key[len(_LIBARCHIVE) :])), _from_base64(value))
    return found


def _from_base64(value: bytes) -> bytes:
    try:
        return b64decode(value + b"=" * (-len(value) % 4))  # libarchive writes no padding
    except ValueError:
        return value


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _not_negative(value: bytes) -> int:
    number = decimal(value)
    if number < 0:
        raise ValueError("a PAX size is negative")
    return number
