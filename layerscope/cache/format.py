"""`LayerContent` as a file: a prefix, a JSON header, and the columns as they are in memory.

- 8 bytes: `MAGIC`, which ends with the version of the format
- 8 bytes: size of the header; all numbers of the prefix are little-endian
- 8 bytes: size of the whole file
- 8 bytes: xxh3-64 of the rest of the file
- header: JSON with the key of the layer, and the type, offset and length of each column
- columns: each at a multiple of 64 bytes
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from layerscope.blobs.status import BlobStatus
from layerscope.errors import InvalidDocument, InvalidReference
from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import READER_VERSION, LayerIndex
from layerscope.oci import Digest
from layerscope.oci.strict_json import parse_object

Columns = dict[str, NDArray[Any]]

MAGIC = b"lyrscop\x01"
_PREFIX = struct.Struct("<8sQQQ")
_ALIGNMENT = 64
_XATTR_ROWS, _XATTR_NAMES, _XATTR_VALUES = "xattrRows", "xattrNames", "xattrValues"
_KEPT_ROWS, _KEPT_FILES = "keptRows", "keptFiles"
_SECRET_ROWS, _SECRETS = "secretRows", "secrets"


class UnusableFile(ValueError):
    """The bytes are not a layer in this format, are incomplete, or are damaged."""


@dataclass(frozen=True, slots=True, eq=False)
class CachedLayer:
    """An undamaged file of this format: the key of its layer, and the number of entries."""

    key: Mapping[str, Any]
    entry_count: int
    _metadata: Mapping[str, Any]
    _columns: Columns

    @classmethod
    def of(cls, data: memoryview) -> CachedLayer:
        """The file in `data`, which its columns share; raises `UnusableFile`."""
        columns_start = _PREFIX.size + _check(data)
        try:
            header = parse_object(bytes(data[_PREFIX.size : columns_start]), "the header")
            columns = {
                name: np.frombuffer(data, np.dtype(kind), count, columns_start + offset)
                for name, (kind, offset, count) in header["columns"].items()
            }
            return cls(header["key"], len(columns["types"]), header["facts"], columns)
        except (InvalidDocument, KeyError, TypeError, ValueError) as error:
            raise UnusableFile("it is of another format") from error

    def content(self) -> LayerContent:
        """The layer; raises `UnusableFile`."""
        try:
            return _content(self._metadata, self._columns)
        except (InvalidReference, KeyError, TypeError, ValueError) as error:
            raise UnusableFile("it is of another format") from error


def encode(key: Mapping[str, Any], content: LayerContent) -> list[bytes]:
    """The file for the content of a verified layer, in pieces."""
    columns = _columns_of(content.index)
    layout, end = {}, 0
    for name, column in columns.items():
        layout[name] = [column.dtype.str, end, len(column)]
        end += -(-column.nbytes // _ALIGNMENT) * _ALIGNMENT
    header = json.dumps({"key": key, "facts": _metadata(content), "columns": layout}).encode()
    header += b" " * (-(_PREFIX.size + len(header)) % _ALIGNMENT)
    pieces: list[bytes] = [header]
    for column in columns.values():
        pieces += [column.tobytes(), bytes(-column.nbytes % _ALIGNMENT)]
    hasher = xxhash.xxh3_64()
    for piece in pieces:
        hasher.update(piece)
    return [_PREFIX.pack(MAGIC, len(header), _PREFIX.size + len(header) + end, hasher.intdigest()), *pieces]


def _check(data: memoryview) -> int:
    """The size of the header; raises `UnusableFile` if any byte differs from what was written."""
    if len(data) < _PREFIX.size:
        raise UnusableFile("it is too short")
    magic, header_size, size, content = _PREFIX.unpack_from(data)
    if magic != MAGIC:
        raise UnusableFile("it is of another format")
    if size != len(data) or xxhash.xxh3_64_intdigest(data[_PREFIX.size :]) != content:
        raise UnusableFile("it is damaged")
    return int(header_size)


def _metadata(content: LayerContent) -> dict[str, Any]:
    return {
        "warnings": content.warnings,
        "blobSize": content.blob_size,
        "tarSize": content.tar_size,
        "blobDigest": str(content.blob_digest),
        "diffId": str(content.diff_id),
    }


def _content(metadata: Mapping[str, Any], columns: Columns) -> LayerContent:
    return LayerContent(
        index=_index_of(columns),
        status=BlobStatus.VERIFIED,
        warnings=tuple(metadata["warnings"]),
        blob_size=metadata["blobSize"],
        tar_size=metadata["tarSize"],
        blob_digest=Digest.parse(metadata["blobDigest"]),
        diff_id=Digest.parse(metadata["diffId"]),
    )


def _columns_of(index: LayerIndex) -> Columns:
    flat = [
        (row, name.encode("utf-8", "surrogatepass"), value)
        for row, attributes in index.xattrs.items()
        for name, value in attributes.items()
    ]
    columns: Columns = {_XATTR_ROWS: np.array([row for row, _, _ in flat], np.int64)}
    columns |= _of_strings(_XATTR_NAMES, ByteStrings.of(name for _, name, _ in flat))
    columns |= _of_strings(_XATTR_VALUES, ByteStrings.of(value for *_, value in flat))
    columns[_KEPT_ROWS] = np.array(list(index.kept), np.int64)
    columns |= _of_strings(_KEPT_FILES, ByteStrings.of(index.kept.values()))
    columns[_SECRET_ROWS] = np.array(list(index.secrets), np.int64)
    columns |= _of_strings(_SECRETS, ByteStrings.of(index.secrets.values()))
    for name, _ in LayerIndex.schema():
        column = getattr(index, name)
        columns |= _of_strings(name, column) if isinstance(column, ByteStrings) else {name: column}
    return columns


def _index_of(columns: Columns) -> LayerIndex:
    if {name: column.dtype for name, column in columns.items()} != _DTYPES:
        raise UnusableFile("it has other columns")
    whole: dict[str, Any] = {
        name: _to_strings(name, columns) if isinstance(implied, ByteStrings) else columns[name]
        for name, implied in LayerIndex.schema()
    }
    xattrs: dict[int, dict[str, bytes]] = {}
    names, values = _to_strings(_XATTR_NAMES, columns), _to_strings(_XATTR_VALUES, columns)
    for row, name, value in zip(columns[_XATTR_ROWS].tolist(), names, values, strict=True):
        xattrs.setdefault(row, {})[name.decode("utf-8", "surrogatepass")] = value
    kept = dict(zip(columns[_KEPT_ROWS].tolist(), _to_strings(_KEPT_FILES, columns), strict=True))
    secrets = dict(zip(columns[_SECRET_ROWS].tolist(), _to_strings(_SECRETS, columns), strict=True))
    return LayerIndex(**whole, xattrs=xattrs, kept=kept, secrets=secrets)


def _of_strings(name: str, strings: ByteStrings) -> Columns:
    return {f"{name}.blob": np.frombuffer(strings.blob, np.uint8), f"{name}.offsets": strings.offsets}


def _to_strings(name: str, columns: Columns) -> ByteStrings:
    blob, offsets = columns[f"{name}.blob"], columns[f"{name}.offsets"]
    if not len(offsets) or offsets[0] or offsets[-1] != blob.nbytes or (np.diff(offsets) < 0).any():
        raise UnusableFile("a column of strings has wrong offsets")
    return ByteStrings(blob.tobytes(), offsets)


_DTYPES = {name: column.dtype for name, column in _columns_of(LayerIndex()).items()}
"""The name and the type of every column: files with another schema are never misread."""

READER = xxhash.xxh3_64_hexdigest(
    repr((READER_VERSION, MAGIC, [(name, _DTYPES[name].str) for name in _DTYPES])).encode()
)
"""Identifies the reader and its columns. Releases of the program share it as long as neither changes."""
