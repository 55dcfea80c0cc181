"""`Checkpoints` as a file: a prefix, the key of the layer as JSON, and the checkpoints in a zstd frame.

- 8 bytes: `MAGIC`, which ends with the version of the format
- 8 bytes: xxh3-64 of the rest of the file; all numbers of the prefix are little-endian
- 4 bytes: size of the key
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

import xxhash

from layerscope.cache.format import UnusableFile
from layerscope.errors import DamagedLayer
from layerscope.layers.checkpoints import MAX_SIZE, Checkpoints
from layerscope.layers.codecs import Codec, decode, zstd_frame
from layerscope.layers.seekable_gzip import UnusableCheckpoints

MAGIC = b"lyrsckp\x01"
_PREFIX = struct.Struct("<8sQ")
_SIZE = struct.Struct("<I")


def encode(key: Mapping[str, Any], checkpoints: Checkpoints) -> list[bytes]:
    """The file for the checkpoints of a layer, in pieces."""
    name = json.dumps(key).encode()
    rest = b"".join([_SIZE.pack(len(name)), name, zstd_frame(checkpoints.data)])
    return [_PREFIX.pack(MAGIC, xxhash.xxh3_64_intdigest(rest)), rest]


def parse(data: memoryview, key: Mapping[str, Any], blob_size: int) -> Checkpoints:
    """The checkpoints of the layer with that key; raises `UnusableFile`, whatever the bytes are."""
    start = _PREFIX.size + _SIZE.size
    if len(data) < start:
        raise UnusableFile("it is too short")
    magic, content = _PREFIX.unpack_from(data)
    if magic != MAGIC:
        raise UnusableFile("it is of another format")
    if xxhash.xxh3_64_intdigest(data[_PREFIX.size :]) != content:
        raise UnusableFile("it is damaged")
    name, (name_size,) = json.dumps(key).encode(), _SIZE.unpack_from(data, _PREFIX.size)
    if data[start : start + name_size] != name:
        raise UnusableFile("it is of another layer")
    try:
        return Checkpoints.parse(_unpacked(bytes(data[start + name_size :])), blob_size)
    except (DamagedLayer, UnusableCheckpoints) as error:
        raise UnusableFile(str(error)) from error


def _unpacked(frame: bytes) -> bytes:
    data = bytearray()
    for step in decode(Codec.ZSTD, iter([frame]), []):
        data += step
        if len(data) > MAX_SIZE:
            raise UnusableFile("it is too large")
    return bytes(data)
