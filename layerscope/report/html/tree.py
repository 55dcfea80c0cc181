"""The biggest files and directories of an image as a tree for the icicle."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.display import display
from layerscope.insight.accounting import Accounting
from layerscope.report.table import natural_size

MAX_NODES = 2000
"""Paths of a tree; the others of a directory are one more entry. More would make the page slow."""
_LONGEST_NAME = 120


def size_tree(account: Accounting) -> dict[str, Any]:
    """Columns with an item for each path, parents first: name, parent, bytes of all versions, dead share, layer.

    `layers` are the layers that ship most bytes of a path, all versions included.
    """
    nodes, payloads = account.stack.nodes, account.payloads
    own = np.zeros(nodes.count, np.int64)
    np.add.at(own, payloads.nodes, payloads.sizes)
    sizes, dead = nodes.subtree_sums(own), nodes.subtree_sums(account.wasted_sizes)
    kept = np.sort(np.argsort(-sizes, kind="stable")[:MAX_NODES])
    kept = kept[(sizes[kept] > 0) | (kept == 0)]
    layers = _main_layers(account, kept)
    places = {node: place for place, node in enumerate(kept.tolist())}
    parents = [places.get(parent, -1) for parent in nodes.parents[kept].tolist()]
    names = [display(nodes.name(node), limit=_LONGEST_NAME) or "/" for node in kept.tolist()]
    rows = [*zip(names, parents, sizes[kept].tolist(), dead[kept].tolist(), layers.tolist(), strict=True)]
    rows += _others(rows)
    return {
        "names": [row[0] for row in rows],
        "parents": [row[1] for row in rows],
        "sizes": [row[2] for row in rows],
        "dead": [row[3] / row[2] if row[2] else 0.0 for row in rows],
        "layers": [row[4] for row in rows],
        "sizeTexts": [natural_size(row[2]) for row in rows],
        "deadTexts": [natural_size(row[3]) for row in rows],
    }


def _main_layers(account: Accounting, kept: NDArray[np.integer]) -> NDArray[np.int64]:
    """For each of these nodes the layer that ships most of its bytes."""
    nodes, payloads = account.stack.nodes, account.payloads
    best, layers = np.zeros(len(kept), np.int64), np.zeros(len(kept), np.int64)
    for layer in range(account.stack.layer_count):
        chosen = payloads.layers == layer
        own = np.zeros(nodes.count, np.int64)
        np.add.at(own, payloads.nodes[chosen], payloads.sizes[chosen])
        sums = nodes.subtree_sums(own)[kept]
        layers[sums > best] = layer
        best = np.maximum(best, sums)
    return layers


def _others(rows: list[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """An entry for what is left out of each directory that has other entries."""
    sums: dict[int, tuple[int, int]] = {}
    for _, parent, size, dead, _ in rows:
        known = sums.get(parent, (0, 0))
        sums[parent] = known[0] + size, known[1] + dead
    return [
        ("(smaller files)", place, rows[place][2] - size, max(rows[place][3] - dead, 0), rows[place][4])
        for place, (size, dead) in sums.items()
        if place >= 0 and rows[place][2] > size
    ]
