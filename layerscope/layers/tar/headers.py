"""Find what follows a tar header: the body of a metadata entry, or the stored data of a file."""

from collections.abc import Callable
from dataclasses import dataclass

from layerscope.layers.tar import fields
from layerscope.layers.tar.extras import Extras
from layerscope.layers.tar.metadata import MAX_METADATA_SIZE, Metadata
from layerscope.layers.tar.sizes import size_field, stored_size
from layerscope.layers.tar.sparse import read_map, real_size
from layerscope.layers.tar.types import OLD_SPARSE

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
