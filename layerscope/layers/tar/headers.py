"""Find what follows a tar header: the body of a metadata entry, or the stored data of a file.

An old sparse file of GNU tar (type `S`) has a map in its header and in blocks after it, then its data without holes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from layerscope.layers.damage import Damage
from layerscope.layers.tar import fields
from layerscope.layers.tar.extras import Extras
from layerscope.layers.tar.metadata import MAX_METADATA_SIZE, OLD_SPARSE, Metadata, size_field, stored_size
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


Read = Callable[[int, int], bytes]
"""Returns the bytes at a position, up to a size; fewer at the end."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored data of an entry: its position and size, and what metadata says about the entry."""

    extras: Extras
    position: int
    size: int


def body_after(header: bytes, position: int, read: Read) -> bytes | None:
    """The body of a metadata entry, which begins at `position`; None if `read` does not have all of it.

    Raises `ValueError` if the body has more than 1 MiB.
    """
    size = size_field(header)
    if not 0 <= size <= MAX_METADATA_SIZE:
        raise ValueError(f"its metadata has {size:,} bytes")
    body = read(position, size)
    return body if len(body) == size else None


def data_after(header: bytes, position: int, read: Read, metadata: Metadata) -> Stored | None:
    """The stored data of the entry whose header ends at `position`. Takes the metadata that belongs to the entry.

    Returns None, and takes nothing, if `read` does not have all of a sparse file's map. Raises `ValueError`, and
    `Damage` if a map never ends.
    """
    if header[fields.TYPE] != OLD_SPARSE:
        extras = metadata.pop()
        return Stored(extras, position, stored_size(header, extras))
    found = read_map(read, position, header)
    if found is None:
        return None
    extras = metadata.pop()
    extras.is_sparse, extras.real_size = True, real_size(header)
    extras.sparse_map, position = found
    return Stored(extras, position, stored_size(header, extras))
