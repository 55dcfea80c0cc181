"""GNU tar's old sparse files (type `S`): a map in the header and in blocks after it, then the data without holes."""

from collections.abc import Callable

from layerscope.layers.damage import Damage
from layerscope.layers.tar import fields
from layerscope.layers.tar.numbers import header_number

_BLOCK = 512
_MAX_MAP_SIZE = 1 << 20
_MAP = slice(386, 482)
_HAS_MORE = 482
_REAL_SIZE = slice(483, 495)
_BLOCK_MAP = slice(0, 504)
_BLOCK_HAS_MORE = 504


def real_size(header: bytes) -> int:
    """The size of the file with its holes; raises `ValueError`."""
    size = header_number(header[_REAL_SIZE])
    if size < 0:
        raise ValueError("a sparse size is negative")
    return size


def read_map(read: Callable[[int, int], bytes], header_end: int, header: bytes) -> tuple[bytes, int] | None:
    """The raw map and the position of the data after it; None if `read` does not have all of the map.

    Raises `Damage` if the map never ends, and `ValueError` if the header is not of GNU's format: star's maps differ.
    """
    if header[fields.GNU_MAGIC] != fields.GNU:
        raise ValueError("a sparse file is not in GNU's format")
    parts = [header[_MAP]]
    position, has_more = header_end, header[_HAS_MORE]
    while has_more:
        block = read(position, _BLOCK)
        if position - header_end > _MAX_MAP_SIZE:
            raise Damage("a sparse file has a map longer than 1 MiB")
        if len(block) < _BLOCK:
            return None
        parts.append(block[_BLOCK_MAP])
        position, has_more = position + _BLOCK, block[_BLOCK_HAS_MORE]
    return b"".join(parts), position
