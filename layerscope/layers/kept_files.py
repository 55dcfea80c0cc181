"""The files of a layer that are kept because they say what its packages are; large ones are compressed."""

from layerscope.errors import DamagedLayer
from layerscope.layers.codecs import Codec, decode, zstd_frame

MAX_SIZE = 1 << 26
"""Maximum bytes of the kept files of a layer, as they are kept."""
MAX_SUM_OF_SIZES = 1 << 28
"""Maximum bytes of the kept files of a layer without compression."""
MAX_UNPACKED_SIZE = 1 << 27
"""Maximum bytes of one file."""
_LEAST_PACKED = 1 << 15
_PLAIN, _PACKED = b"\0", b"\1"


def pack(data: bytes) -> bytes:
    """The bytes of a file as they are kept."""
    return _PLAIN + data if len(data) < _LEAST_PACKED else _PACKED + zstd_frame(data)


def unpack(kept: bytes) -> bytes:
    """The bytes of a kept file; empty if they are not what `pack` makes, as in a file of the cache that was changed."""
    if kept[:1] != _PACKED:
        return kept[1:]
    data = bytearray()
    try:
        for step in decode(Codec.ZSTD, iter([kept[1:]]), []):
            data += step
            if len(data) > MAX_UNPACKED_SIZE:
                return b""
    except DamagedLayer:
        return b""
    return bytes(data)
