"""The fate of every payload byte: live, overwritten, deleted or shadowed, and the killer of the dead ones.

The payload is the bytes of the regular files in the layer tars; a hardlink adds no bytes. Content with several links
is live while any of them is, and shares the fate of the last one to end.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.comparison import compare_contents
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER, Fate, Versions
from layerscope.layers.layer_index import EntryType

NO_LAYER = -1
FATE_NAMES = {
    Fate.LIVE: "live",
    Fate.OVERWRITTEN: "overwritten",
    Fate.DELETED: "deleted",
    Fate.SHADOWED: "shadowed",
}


@dataclass(frozen=True, slots=True, eq=False)
class Payloads:
    """Every regular file of every layer tar, in the order of the layers and tars; all columns have the same length.

    `rows` and `nodes` are the file's entry and path, `layers` the layer that ships it, `sizes` its bytes, and
    `compressed_sizes` its estimated share of the pull size. `fates` are `Fate`; `killers` are the layers that ended
    the content, -1 if it is live. `metadata_only` marks content that was overwritten with the same content.
    """

    rows: NDArray[np.int32]
    nodes: NDArray[np.int32]
    layers: NDArray[np.int16]
    sizes: NDArray[np.int64]
    compressed_sizes: NDArray[np.int64]
    fates: NDArray[np.uint8]
    killers: NDArray[np.int16]
    metadata_only: NDArray[np.bool_]

    @property
    def dead(self) -> NDArray[np.bool_]:
        """Which files are not live, as a mask."""
        return np.asarray(self.fates != Fate.LIVE)


def payloads(stack: Stack) -> Payloads:
    """The fate of each regular file of each layer."""
    versions, entries = stack.versions, stack.entries
    last = _last_to_end(versions, entries.count)
    is_file = entries.columns.types[versions.rows] == EntryType.REGULAR
    carriers = np.flatnonzero((versions.rows == versions.inodes) & is_file)
    carriers = carriers[np.lexsort((versions.rows[carriers], versions.born[carriers]))]
    rows = versions.rows[carriers]
    deciding = last[rows]
    fates = versions.fates[deciding]
    return Payloads(
        rows=rows,
        nodes=versions.nodes[carriers],
        layers=versions.born[carriers],
        sizes=entries.columns.sizes[rows],
        compressed_sizes=entries.columns.compressed_sizes[rows],
        fates=fates,
        killers=np.where(fates == Fate.LIVE, NO_LAYER, versions.died[deciding]).astype(np.int16),
        metadata_only=(fates == Fate.OVERWRITTEN) & _same_content_follows(stack)[deciding],
    )


def _last_to_end(versions: Versions, row_count: int) -> NDArray[np.int64]:
    """For each row, the version that ends last of all versions that share its content.

    If several end in one layer, a version of a lower layer is taken: content is shadowed only in its own layer.
    """
    order = np.lexsort((versions.fates != Fate.SHADOWED, versions.died, versions.inodes))
    last = np.zeros(row_count, np.int64)
    last[versions.inodes[order]] = order
    return last


def _same_content_follows(stack: Stack) -> NDArray[np.bool_]:
    """For each version, whether the layer that ends it writes content known to be the same at the same path."""
    versions, columns = stack.versions, stack.entries.columns
    follows = np.zeros(versions.count, bool)
    first, second = np.arange(versions.count - 1), np.arange(1, versions.count)
    adjoin = (versions.nodes[first] == versions.nodes[second]) & (versions.died[first] == versions.born[second])
    old, new = versions.inodes[first], versions.inodes[second]
    same = compare_contents(columns, old, new).same
    follows[first] = adjoin & same & (columns.types[new] == EntryType.REGULAR) & (versions.died[first] != NEVER)
    return follows
