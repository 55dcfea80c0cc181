"""Files that are in two images at different paths, with the same content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.comparison import Change, Comparison
from layerscope.filesystem.snapshot import Snapshot
from layerscope.layers.layer_index import ContentKind, EntryType

Key = tuple[int, int, int]


def find_moves(comparison: Comparison) -> dict[int, int]:
    """Pairs of an added file and a removed file with the same content: the old node by the new node.

    Each file is in one pair at most; files with the same name are paired first. Empty files and contents that are not
    known are left out.
    """
    removed = _by_content(comparison.before, np.flatnonzero(comparison.changes == Change.REMOVED))
    added = _by_content(comparison.after, np.flatnonzero(comparison.changes == Change.ADDED))
    name = comparison.after.stack.nodes.name
    pairs: dict[int, int] = {}
    for key in added.keys() & removed.keys():
        pairs |= _pair({node: name(node) for node in added[key]}, {node: name(node) for node in removed[key]})
    return dict(sorted(pairs.items()))


def _by_content(snapshot: Snapshot, nodes: NDArray[np.int64]) -> dict[Key, list[int]]:
    """The regular files among the nodes, by content."""
    columns = snapshot.stack.entries.columns
    rows = snapshot.stack.versions.inodes[snapshot.versions[nodes]]
    known = (columns.types[rows] == EntryType.REGULAR) & (columns.content_kinds[rows] != ContentKind.NONE)
    known &= columns.sizes[rows] > 0
    keys = (columns.content_kinds, columns.contents, columns.sizes)
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for node, *key in zip(nodes[known].tolist(), *(column[rows[known]].tolist() for column in keys), strict=True):
        found[key[0], key[1], key[2]].append(node)
    return found


def _pair(added: dict[int, bytes], removed: dict[int, bytes]) -> dict[int, int]:
    """Pair nodes with equal names, then the others in order."""
    by_name: defaultdict[bytes, list[int]] = defaultdict(list)
    for node in reversed(removed):
        by_name[removed[node]].append(node)
    pairs = {node: by_name[name].pop() for node, name in added.items() if by_name.get(name)}
    return pairs | dict(zip(_without(added, pairs), _without(removed, pairs.values()), strict=False))


def _without(nodes: dict[int, bytes], taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [node for node in nodes if node not in gone]
