"""Wasted paths, folded: a directory that died whole stands for its files."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.insight.accounting import Accounting
from layerscope.insight.fates import Payloads
from layerscope.layers.layer_index import EntryType


@dataclass(frozen=True, slots=True)
class Waste:
    """Dead files of one layer with one killer and one fate: a single file, or all files of a directory.

    `node` is the file or the directory; `payload_numbers` are the numbers of the files in `Payloads`; sizes are bytes.
    """

    node: int
    layer: int
    killer: int
    fate: Fate
    size: int
    compressed_size: int
    metadata_only: bool
    payload_numbers: tuple[int, ...]

    @property
    def file_count(self) -> int:
        """The number of file versions."""
        return len(self.payload_numbers)


def wasted_files(account: Accounting) -> list[Waste]:
    """Each dead file version, not folded, most bytes first."""
    payloads = account.payloads
    return _sorted(_group(payloads, payloads.nodes))


def wasted_paths(account: Accounting) -> list[Waste]:
    """Dead file versions, folded to the highest directory that a layer removed, emptied, or overwrote whole."""
    payloads = account.payloads
    tops = payloads.nodes.copy()
    deadly = np.unique(payloads.killers[payloads.dead])
    for killer in deadly.tolist():
        for fate in (Fate.DELETED, Fate.OVERWRITTEN):
            chosen = (payloads.killers == killer) & (payloads.fates == fate)
            if chosen.any():
                tops[chosen] = _fold(account.stack, killer, fate)[payloads.nodes[chosen]]
    return _sorted(_group(payloads, tops))


def _fold(stack: Stack, killer: int, fate: Fate) -> NDArray[np.int32]:
    """For each node the highest directory above it of which `killer` ended every file with this fate, or the node.

    A directory stands for its files only if the layer ended the directory, or a file directly in it. So the directory
    that was removed or emptied is named, not its parents.
    """
    nodes, versions = stack.nodes, stack.versions
    is_file = stack.entries.columns.types[versions.inodes] != EntryType.DIRECTORY
    before = is_file & (versions.born < killer) & (versions.died >= killer)
    ended = before & (versions.died == killer) & (versions.fates == fate)
    before_counts = nodes.subtree_sums(np.bincount(versions.nodes[before], minlength=nodes.count))
    ended_counts = nodes.subtree_sums(np.bincount(versions.nodes[ended], minlength=nodes.count))
    whole = (before_counts == ended_counts) & (ended_counts > 0)
    close = np.zeros(nodes.count, bool)
    close[versions.nodes[versions.died == killer]] = True
    close[nodes.parents[versions.nodes[ended]]] = True
    whole &= close
    whole[0] = False
    tops = np.arange(nodes.count, dtype=np.int32)
    for level in nodes.by_depth[1:]:
        above = nodes.parents[level]
        folded = whole[above]
        tops[level[folded]] = tops[above[folded]]
    return tops


def _group(payloads: Payloads, tops: NDArray[np.int32]) -> Iterator[Waste]:
    dead = np.flatnonzero(payloads.dead)
    columns = (payloads.metadata_only, payloads.fates, payloads.killers, payloads.layers, tops)
    keys = np.stack([column[dead].astype(np.int64) for column in columns])
    order = np.lexsort(keys)
    dead, keys = dead[order], keys[:, order]
    starts = np.flatnonzero(np.concatenate(([True], (keys[:, 1:] != keys[:, :-1]).any(axis=0)))) if len(dead) else dead
    for numbers in np.split(dead, starts[1:]) if len(dead) else ():
        alone = len(numbers) == 1
        yield _waste(payloads, int((payloads.nodes if alone else tops)[numbers[0]]), numbers)


def _waste(payloads: Payloads, node: int, numbers: NDArray[np.int64]) -> Waste:
    first = numbers[0]
    return Waste(
        node=node,
        layer=int(payloads.layers[first]),
        killer=int(payloads.killers[first]),
        fate=Fate(int(payloads.fates[first])),
        size=int(payloads.sizes[numbers].sum()),
        compressed_size=int(payloads.compressed_sizes[numbers].sum()),
        metadata_only=bool(payloads.metadata_only[first]),
        payload_numbers=tuple(numbers.tolist()),
    )


def _sorted(found: Iterator[Waste]) -> list[Waste]:
    return sorted(found, key=lambda waste: (-waste.size, -waste.compressed_size, waste.node, waste.layer))
