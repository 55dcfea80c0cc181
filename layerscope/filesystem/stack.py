"""`Stack`: the versions of every file of one image, over all its layers. Every view of the image is a query on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.changeset import resolve
from layerscope.filesystem.comparison import Comparison
from layerscope.filesystem.entries import Entries
from layerscope.filesystem.lifetimes import build_versions
from layerscope.filesystem.nodes import Nodes
from layerscope.filesystem.snapshot import Snapshot
from layerscope.filesystem.versions import Versions
from layerscope.layers.layer_index import LayerIndex

if TYPE_CHECKING:
    from layerscope.filesystem.ownership import Ownership
    from layerscope.packages.package import Package

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Stack:
    """The layers of one image, merged.

    `nodes` are paths and `entries` the rows of layer tars. Images of one merge share both; nodes that only another
    image has are without versions. `dangling_counts` are the numbers of whiteouts of each layer that remove nothing,
    `row_ranges` the rows of each layer, in tar order.
    """

    nodes: Nodes
    entries: Entries
    versions: Versions
    dangling_counts: tuple[int, ...]
    row_ranges: tuple[range, ...]

    @classmethod
    def of(cls, indexes: Sequence[LayerIndex | None]) -> Stack:
        """The stack of one image from its layers, lowest first; None stands for a layer that is not read yet."""
        return cls.merge([indexes])[0]

    @classmethod
    def merge(cls, images: Sequence[Sequence[LayerIndex | None]]) -> tuple[Stack, ...]:
        """The stacks of several images over the same nodes and entries, so that their snapshots can be compared.

        Each image is its layers as in `of`. An index that several images have (the same object) is stored once.
        """
        indexes, stacked = _distinct(images)
        nodes, changesets = resolve(indexes)
        entries = Entries.of(indexes)
        ends = np.cumsum([index.count for index in indexes], dtype=np.int64).tolist()
        ranges = [range(end - index.count, end) for index, end in zip(indexes, ends, strict=True)]
        return tuple(
            cls(
                nodes,
                entries,
                *build_versions(nodes, entries, [changesets[number] for number in numbers]),
                tuple(ranges[number] for number in numbers),
            )
            for numbers in stacked
        )

    @property
    def layer_count(self) -> int:
        """The number of layers."""
        return len(self.row_ranges)

    @property
    def last(self) -> int:
        """The number of the highest layer; -1 without layers."""
        return self.layer_count - 1

    @property
    def final(self) -> Snapshot:
        """The file system after the last layer."""
        return self.snapshot(self.last)

    def snapshot(self, layer: int) -> Snapshot:
        """The file system after `layer`; -1 for the empty one before the lowest."""
        return Snapshot(self, layer)

    def changes_of(self, layer: int) -> Comparison:
        """What one layer changed."""
        return self.snapshot(layer - 1).compare(self.snapshot(layer))

    @cached_property
    def layers(self) -> NDArray[np.int16]:
        """The layer of each row; -1 for the rows of other images, and for the implied one."""
        layers = np.full(self.entries.count, -1, np.int16)
        for layer, rows in enumerate(self.row_ranges):
            layers[rows.start : rows.stop] = layer
        return layers

    @cached_property
    def content_sizes(self) -> NDArray[np.int64]:
        """Bytes of content of each version; 0 except for regular files and hardlinks to them."""
        return self.entries.columns.sizes[self.versions.inodes]

    @cached_property
    def compressed_sizes(self) -> NDArray[np.int64]:
        """Estimated bytes of the pull of the entry of each version."""
        return self.entries.columns.compressed_sizes[self.versions.rows]

    def origin(self, version: int) -> tuple[Stack, int]:
        """The stack of the image that has a version, and the number of the version there."""
        return self, version

    @cached_property
    def is_linked(self) -> NDArray[np.bool_]:
        """For each version whether it shares its content with another one: it is a hardlink, or has one."""
        rows = self.versions.inodes
        counts = np.bincount(rows, minlength=self.entries.count)
        counts[self.entries.implied_row] = 0
        return counts[rows] > 1

    @cached_property
    def ownership(self) -> Ownership:
        """The packages of the image, and the package of each version; it is slow the first time."""
        from layerscope.filesystem.ownership import Ownership  # noqa: PLC0415 - the readers of all managers load slowly

        return Ownership.of(self)

    def read_packages(self) -> None:
        """Make `owner_of` know the packages."""
        _ = self.ownership

    def owner_of(self, version: int) -> Package | None:
        """The package of a version; None if it has none, or if the packages are not read yet."""
        if "ownership" not in self.__dict__:
            return None
        number = int(self.ownership.owners[version])
        return self.ownership.packages[number].package if number >= 0 else None

    def own_sizes(self, shown: NDArray[np.int32]) -> NDArray[np.int64]:
        """Bytes of content that each node adds to a tree showing these versions; a file with several links counts once.

        `shown` has the version of every node, -1 for none; the first link, in preorder, has the size.
        """
        sizes = of_versions(self.content_sizes, shown)
        linked = np.flatnonzero(of_versions(self.is_linked, shown)) if self._has_links else np.zeros(0, np.int64)
        inodes = self.versions.inodes[shown[linked]]
        _, first = np.unique(inodes, return_index=True)
        again = np.ones(len(linked), bool)
        again[first] = False
        sizes[linked[again]] = 0
        return sizes

    @cached_property
    def _has_links(self) -> bool:
        return bool(self.is_linked.any())


def of_versions(figures: NDArray[T], shown: NDArray[np.int32]) -> NDArray[T]:
    """The figure of the version that each node shows; 0 if it shows none (-1). There may be no version at all."""
    if not len(figures):
        return np.zeros(len(shown), figures.dtype)
    found = figures[shown]
    found[shown < 0] = 0
    return found


def _distinct(images: Iterable[Sequence[LayerIndex | None]]) -> tuple[list[LayerIndex], list[list[int]]]:
    """The distinct layers of all images, and for each image the numbers of its layers.

    A layer that an image has twice counts as two, because the fates differ; images share the first, the second, ...
    """
    indexes: list[LayerIndex] = []
    numbers: dict[tuple[int, int], int] = {}
    stacked = []
    for image in images:
        times: Counter[int] = Counter()
        own = []
        for index in (layer or LayerIndex() for layer in image):
            key = id(index), times[id(index)]
            times[id(index)] += 1
            if key not in numbers:
                numbers[key] = len(indexes)
                indexes.append(index)  # keeps the object alive, so that no other gets its id
            own.append(numbers[key])
        stacked.append(own)
    return indexes, stacked
