"""`EntryCollector`: joins decoded batches to one `LayerIndex`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from sys import getsizeof

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import ContentKind, EntryFlag, LayerIndex
from layerscope.layers.positions import Positions
from layerscope.layers.tar.keeper import Keeper
from layerscope.layers.tar.metadata import MAX_FILE_SIZE, padded

MAX_INDEX_SIZE = 1 << 30
"""Maximum bytes of memory for the entries of a layer: about six million entries."""

_ENTRY_SIZE = 120
_XATTR_SIZE = 150


class EntryCollector:
    """Collects batches, up to a maximum size."""

    def __init__(self) -> None:
        self.count = 0
        self._batches: list[LayerIndex] = []
        self._stored_sizes: list[NDArray[np.int64]] = []
        self._memory_size = 0
        self._payload_size = 0

    def add(self, batch: LayerIndex, stored_sizes: Sequence[int]) -> None:
        """Append a batch; raises `Damage` if the entries are too many or too large."""
        self._memory_size += _memory_size(batch)
        self._payload_size += sum(batch.sizes.tolist())
        if self._memory_size > MAX_INDEX_SIZE:
            raise Damage(f"the list of its files takes more than {MAX_INDEX_SIZE >> 20:,} MiB")
        if self._payload_size > MAX_FILE_SIZE:
            raise Damage("its files claim to have more bytes than any file system can hold")
        self.count += batch.count
        self._batches.append(batch)
        self._stored_sizes.append(np.array(stored_sizes, np.int64))

    def mark_last_partial(self) -> bytes:
        """Flag the last entry, whose data is incomplete; returns its path."""
        last = self._batches[-1]
        last.flags[-1] |= EntryFlag.PARTIAL
        last.content_kinds[-1] = ContentKind.NONE
        return last.paths[last.count - 1]

    def index(self, positions: Positions, keeper: Keeper, *, is_whole: bool) -> LayerIndex:
        """All entries, with their shares of the compressed blob; `is_whole` if none is missing."""
        if not self._batches:
            return LayerIndex()
        joined = LayerIndex.join(self._batches)
        ends = joined.data_offsets + padded(np.concatenate(self._stored_sizes))
        shares = positions.shares(ends, is_whole=is_whole)
        kept, secrets = (_of_first(joined.count, found) for found in (keeper.files, keeper.secrets))
        return replace(joined, compressed_sizes=shares, kept=kept, secrets=secrets)


def _of_first(count: int, found: Mapping[int, bytes]) -> Mapping[int, bytes]:
    """What was found in the first `count` rows."""
    return {row: data for row, data in found.items() if row < count}


def _memory_size(batch: LayerIndex) -> int:
    xattrs = (item for xattrs in batch.xattrs.values() for item in xattrs.items())
    xattrs_size = sum(getsizeof(name) + len(value) + _XATTR_SIZE for name, value in xattrs)
    return batch.count * _ENTRY_SIZE + len(batch.paths.blob) + len(batch.links.blob) + xattrs_size
