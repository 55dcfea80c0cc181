"""The figures of dive 0.13, computed like dive, for gates and reports that were tuned to them.

Only leaf nodes of each layer's own tree count, keyed by path. A whiteout of a directory counts the files that the
directory had. A whiteout of a path that does not exist ends the count of its layer. A whiteout in the lowest layer
acts on that layer, because dive adds the lowest layer twice. For the true fate of the bytes see
`layerscope.insight.accounting`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from layerscope.insight.dive_tree import Tree, is_whiteout
from layerscope.layers.layer_index import EntryType, LayerIndex

_UNKNOWN = -1


@dataclass(slots=True)
class PathCount:
    """How often all layers together write a path, and the sum of the bytes."""

    path: bytes
    count: int = 0
    size: int = 0
    smallest_size: int = _UNKNOWN

    def add(self, size: int) -> None:
        """Count one more file at this path."""
        self.count += 1
        self.size += size
        self.smallest_size = size if self.smallest_size == _UNKNOWN else min(self.smallest_size, size)


@dataclass(frozen=True, slots=True)
class DiveFigures:
    """The figures of an image, sizes in bytes; `inefficient` has the paths written more than once, biggest first."""

    size: int
    user_size: int
    efficiency: float
    inefficient: tuple[PathCount, ...]

    @property
    def wasted_size(self) -> int:
        """All bytes of the paths that appear more than once, including the copy that is kept."""
        return sum(path.size for path in self.inefficient)

    @property
    def wasted_user_share(self) -> float:
        """The wasted bytes as a share of all layers except the lowest.

        dive divides by 0 if these layers are empty (IEEE 754). The result is then infinite, which exceeds every limit,
        or not a number if nothing is wasted, which exceeds no limit.
        """
        if self.user_size:
            return self.wasted_size / self.user_size
        return math.inf if self.wasted_size else math.nan


def dive_figures(indexes: Sequence[LayerIndex]) -> DiveFigures:
    """The figures for these layers, lowest first."""
    trees = [Tree.of(index) for index in indexes]
    counts: dict[bytes, PathCount] = {}
    stacked = Tree.of(indexes[0]) if indexes else Tree()
    for tree in trees:
        _count_layer(tree, stacked, counts)
        stacked.stack(tree)
    smallest = sum(path.smallest_size for path in counts.values())
    total = sum(path.size for path in counts.values())
    sizes = [tree.size for tree in trees]
    repeated = sorted((path for path in counts.values() if path.count > 1), key=lambda path: (-path.size, path.path))
    return DiveFigures(sum(sizes), sum(sizes[1:]), smallest / total if total else 1.0, tuple(repeated))


def _count_layer(tree: Tree, lower: Tree, counts: dict[bytes, PathCount]) -> None:
    for node in tree.children_first():
        if node.children:
            continue
        path = node.path()
        count = counts.setdefault(path, PathCount(path))
        size = node.size
        if is_whiteout(node):
            removed = lower.find(path)
            if removed is None:
                return
            size = removed.subtree_size() if removed.type == EntryType.DIRECTORY else 0
        count.add(size)
