"""The entries of all layers as one set of columns; a row number says which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.layer_index import EntryRole, EntryType, LayerIndex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

IMPLIED_MODE = 0o755
"""What every runtime gives to a parent directory that no layer lists."""


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The rows of layer n are `starts[n] .. starts[n + 1] - 1`, in tar order; the very last is the implied directory.

    Columns as in `LayerIndex`, plus `layers` (the layer of each row), and `link_marks` and `xattr_marks`: numbers that
    are equal where the links, or the extended attributes, are.
    """

    starts: NDArray[np.int64]
    layers: NDArray[np.int16]
    links: ByteStrings
    types: NDArray[np.uint8]
    roles: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    modes: NDArray[np.uint16]
    uids: NDArray[np.int64]
    gids: NDArray[np.int64]
    sizes: NDArray[np.int64]
    mtimes: NDArray[np.int64]
    devices: NDArray[np.int64]
    contents: NDArray[np.uint64]
    data_offsets: NDArray[np.int64]
    compressed_sizes: NDArray[np.int64]
    link_marks: NDArray[np.int64]
    xattr_marks: NDArray[np.int64]
    xattrs: Mapping[int, Mapping[str, bytes]]

    @property
    def implied_row(self) -> int:
        """The row that stands for every implied directory."""
        return len(self.types) - 1

    @classmethod
    def of(cls, indexes: Sequence[LayerIndex]) -> Entries:
        """The rows of these layers, lowest first."""
        counts = [index.count for index in indexes]
        starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
        links = _concatenate([index.links for index in indexes])
        types = _column(indexes, "types", EntryType.DIRECTORY)
        xattrs = {
            int(start) + row: attributes
            for start, index in zip(starts, indexes, strict=False)
            for row, attributes in index.xattrs.items()
        }
        return cls(
            starts=starts,
            layers=np.repeat(np.arange(len(counts) + 1, dtype=np.int16), [*counts, 1]),
            links=links,
            types=types,
            roles=_column(indexes, "roles", EntryRole.FILE),
            flags=_column(indexes, "flags", 0),
            modes=_column(indexes, "modes", IMPLIED_MODE),
            uids=_column(indexes, "uids", 0),
            gids=_column(indexes, "gids", 0),
            sizes=_column(indexes, "sizes", 0),
            mtimes=_column(indexes, "mtimes", 0),
            devices=_column(indexes, "devices", 0),
            contents=_column(indexes, "contents", 0),
            data_offsets=_column(indexes, "data_offsets", 0),
            compressed_sizes=_column(indexes, "compressed_sizes", 0),
            link_marks=_link_marks(links, types),
            xattr_marks=_xattr_marks(xattrs, len(types)),
            xattrs=xattrs,
        )


def _column(indexes: Sequence[LayerIndex], name: str, implied: int) -> NDArray[Any]:
    own = [getattr(index, name) for index in indexes]
    dtype = getattr(LayerIndex.empty(), name).dtype
    return np.concatenate([*own, np.array([implied], dtype)])


def _concatenate(columns: list[ByteStrings]) -> ByteStrings:
    """The strings of all columns and, for the implied row, an empty one."""
    lengths = [column.lengths() for column in columns]
    offsets = np.concatenate((np.zeros(1, np.int64), *lengths, np.zeros(1, np.int64)))
    return ByteStrings(b"".join(column.blob for column in columns), np.cumsum(offsets))


def _link_marks(links: ByteStrings, types: NDArray[np.uint8]) -> NDArray[np.int64]:
    marks = np.zeros(len(types), np.int64)
    for row in np.flatnonzero(types == EntryType.SYMLINK).tolist():
        marks[row] = hash(links[row])
    return marks


def _xattr_marks(xattrs: Mapping[int, Mapping[str, bytes]], count: int) -> NDArray[np.int64]:
    marks = np.zeros(count, np.int64)
    for row, attributes in xattrs.items():
        marks[row] = hash(frozenset(attributes.items()))
    return marks
