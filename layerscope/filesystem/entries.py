"""The entries of all layers as one set of columns; a row number identifies an entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import xxhash
from numpy.typing import NDArray

from layerscope.layers.chunks import Chunk, Chunks
from layerscope.layers.layer_index import EntryColumns, EntryType, LayerIndex


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The rows of all layers, layer by layer in tar order; the last row is the implied directory.

    `link_marks` are equal if the targets of two symlinks are, `xattr_marks` if the extended attributes of two entries
    are; 0 stands for none. They are xxh3-64, the same in every process. Like the hashes of contents, they are not safe
    from deliberate collisions. `kept` are the contents of the files that say what the packages are, by row, as in
    `LayerIndex`; `secrets` are likewise the places of secrets. `chunks` are those of each layer that is listed by a
    table of contents, with the first row of the layer.
    """

    columns: EntryColumns
    link_marks: NDArray[np.uint64]
    xattr_marks: NDArray[np.uint64]
    kept: Mapping[int, bytes]
    secrets: Mapping[int, bytes]
    chunks: tuple[tuple[int, Chunks], ...] = ()

    def chunks_of(self, row: int) -> tuple[Chunk, ...]:
        """The chunks of a file; none if its layer itself was read."""
        return next((found for start, chunks in self.chunks if (found := chunks.of(row - start))), ())

    @property
    def implied_row(self) -> int:
        """The row that stands for every implied directory."""
        return self.count - 1

    @property
    def count(self) -> int:
        """How many rows there are, the implied one included."""
        return len(self.columns.types)

    @classmethod
    def of(cls, indexes: Sequence[LayerIndex]) -> Entries:
        """The rows of these layers, one layer after the other."""
        columns = EntryColumns.join([*indexes, EntryColumns.implied()])
        starts = accumulate((index.count for index in indexes), initial=0)
        layers = list(zip(starts, indexes, strict=False))
        kept = _by_row((start, index.kept) for start, index in layers)
        secrets = _by_row((start, index.secrets) for start, index in layers)
        chunks = tuple((start, index.chunks) for start, index in layers if index.chunks)
        return cls(columns, _link_marks(columns), _xattr_marks(columns), kept, secrets, chunks)


def _link_marks(columns: EntryColumns) -> NDArray[np.uint64]:
    marks = np.zeros(columns.count, np.uint64)
    for row in np.flatnonzero(columns.types == EntryType.SYMLINK).tolist():
        marks[row] = _mark(columns.links[row])
    return marks


def _xattr_marks(columns: EntryColumns) -> NDArray[np.uint64]:
    marks = np.zeros(columns.count, np.uint64)
    for row, attributes in columns.xattrs.items():
        marks[row] = _mark(_canonical(attributes))
    return marks


def _by_row(layers: Iterable[tuple[int, Mapping[int, bytes]]]) -> dict[int, bytes]:
    """What each layer has, by the rows of the image; `layers` are the first row, and what is there by row."""
    return {start + row: data for start, found in layers for row, data in found.items()}


def _mark(data: bytes) -> int:
    """The hash, but never 0, which stands for none."""
    return xxhash.xxh3_64_intdigest(data) or 1


def _canonical(attributes: Mapping[str, bytes]) -> bytes:
    """Names and values, each after its length, sorted by name: different attributes have different encodings."""
    pairs = sorted((name.encode("utf-8", "surrogatepass"), value) for name, value in attributes.items())
    return b"".join(b"%d:%s%d:%s" % (len(name), name, len(value), value) for name, value in pairs)
