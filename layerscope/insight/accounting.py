"""Sizes by fate, for the image and for each layer: every view and report takes its figures from here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.insight.fates import Payloads, payloads


@dataclass(frozen=True, slots=True)
class FateSizes:
    """Bytes by fate. `metadata_only_size` is the part of `overwritten_size` whose content did not change."""

    live_size: int = 0
    overwritten_size: int = 0
    deleted_size: int = 0
    shadowed_size: int = 0
    metadata_only_size: int = 0

    @property
    def size(self) -> int:
        """The sum of all fates."""
        return self.live_size + self.wasted_size

    @property
    def wasted_size(self) -> int:
        """All bytes that are not live."""
        return self.overwritten_size + self.deleted_size + self.shadowed_size

    @property
    def efficiency(self) -> float:
        """The live share, from 0 to 1; 1.0 if the size is 0."""
        return self.live_size / self.size if self.size else 1.0


@dataclass(frozen=True, slots=True)
class DeadBytes:
    """The dead bytes of one layer that have the same fate and killer."""

    fate: Fate
    killer: int
    size: int


@dataclass(frozen=True, eq=False)
class Accounting:
    """The fate of every byte of an image, summed.

    `compressed_*` are estimated shares of the pull size, tar headers included. Only files die: the shares of
    directories, links and whiteouts count as live. So the shares of a layer that was read whole add up to its blob.
    """

    stack: Stack
    payloads: Payloads

    @classmethod
    def of(cls, stack: Stack) -> Accounting:
        """The accounting of the image in the stack."""
        return cls(stack, payloads(stack))

    @cached_property
    def layers(self) -> tuple[FateSizes, ...]:
        """The fate of each layer's bytes, by layer number."""
        return self._by_layer(self.payloads.sizes, np.zeros(self.stack.layer_count, np.int64))

    @cached_property
    def compressed_layers(self) -> tuple[FateSizes, ...]:
        """The same, as shares of the compressed blobs."""
        shares = self.stack.entries.columns.compressed_sizes
        totals = np.array([shares[rows.start : rows.stop].sum() for rows in self.stack.row_ranges], np.int64)
        files = _sums(self.payloads.layers, self.payloads.compressed_sizes, self.stack.layer_count)
        return self._by_layer(self.payloads.compressed_sizes, totals - files)

    @cached_property
    def image(self) -> FateSizes:
        """The fate of all bytes of the image."""
        return sum_of(self.layers)

    @cached_property
    def compressed_image(self) -> FateSizes:
        """The same, as shares of the compressed blobs."""
        return sum_of(self.compressed_layers)

    @cached_property
    def wasted_sizes(self) -> NDArray[np.int64]:
        """For each node the bytes of its dead versions; `Nodes.subtree_sums` adds up those of directories."""
        dead = self.payloads.dead
        return _sums(self.payloads.nodes[dead], self.payloads.sizes[dead], self.stack.nodes.count)

    def dead_bytes(self, layer: int) -> list[DeadBytes]:
        """A layer's dead bytes by fate and killer, most bytes first."""
        dead = np.flatnonzero(self.payloads.dead & (self.payloads.layers == layer))
        sizes: dict[tuple[int, int], int] = {}
        for fate in np.unique(self.payloads.fates[dead]).tolist():
            chosen = dead[self.payloads.fates[dead] == fate]
            by_killer = _sums(self.payloads.killers[chosen], self.payloads.sizes[chosen], self.stack.layer_count)
            sizes.update({(fate, killer): int(by_killer[killer]) for killer in np.flatnonzero(by_killer).tolist()})
        found = [DeadBytes(Fate(fate), killer, size) for (fate, killer), size in sizes.items()]
        return sorted(found, key=lambda dead: -dead.size)

    def _by_layer(self, sizes: NDArray[np.int64], other_sizes: NDArray[np.int64]) -> tuple[FateSizes, ...]:
        """The sizes of the payloads by fate; `other_sizes`, what each layer has besides them, is live."""
        count = self.stack.layer_count
        keys = self.payloads.layers.astype(np.int64) * len(Fate) + self.payloads.fates
        sums = _sums(keys, sizes, count * len(Fate)).reshape(count, len(Fate))
        sums[:, Fate.LIVE] += other_sizes
        marked = self.payloads.metadata_only
        metadata_only = _sums(self.payloads.layers[marked], sizes[marked], count)
        return tuple(
            FateSizes(live, overwritten, deleted, shadowed, same)
            for (live, overwritten, deleted, shadowed), same in zip(sums.tolist(), metadata_only.tolist(), strict=True)
        )


def _sums(keys: NDArray[np.integer], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The sum of the values of each key, in integers: floating point would lose bytes."""
    sums = np.zeros(count, np.int64)
    np.add.at(sums, keys, values)
    return sums


def sum_of(parts: tuple[FateSizes, ...]) -> FateSizes:
    """The sum of sizes by fate."""
    return FateSizes(
        live_size=sum(part.live_size for part in parts),
        overwritten_size=sum(part.overwritten_size for part in parts),
        deleted_size=sum(part.deleted_size for part in parts),
        shadowed_size=sum(part.shadowed_size for part in parts),
        metadata_only_size=sum(part.metadata_only_size for part in parts),
    )
