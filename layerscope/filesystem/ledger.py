"""The growing list of versions while layers are applied; versions are numbered in order of birth."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.versions import NEVER, Fate, Versions

_RECORD = np.dtype(
    [
        ("node", np.int32),
        ("born", np.int16),
        ("died", np.int16),
        ("ending", np.uint8),
        ("type", np.uint8),
        ("row", np.int32),
        ("inode", np.int32),
    ]
)


class Ledger:
    """Versions are added at their birth, and ended later."""

    def __init__(self) -> None:
        self._records: NDArray[Any] = np.zeros(1024, _RECORD)
        self._count = 0

    def create(
        self,
        layer: int,
        nodes: NDArray[np.int32],
        rows: NDArray[np.int32],
        inodes: NDArray[np.int32],
        types: NDArray[np.uint8],
    ) -> NDArray[np.int32]:
        """Add one version for each node, alive from `layer` on; returns the numbers of the new versions."""
        start, self._count = self._count, self._count + len(nodes)
        if self._count > len(self._records):
            self._records = np.concatenate((self._records, np.zeros(self._count, _RECORD)))
        fresh = self._records[start : self._count]
        fresh["node"], fresh["born"], fresh["died"] = nodes, layer, NEVER
        fresh["row"], fresh["inode"], fresh["type"] = rows, inodes, types
        return np.arange(start, self._count, dtype=np.int32)

    def end(self, versions: NDArray[np.int32], layer: int, ending: Fate | NDArray[np.uint8]) -> None:
        """These versions end in `layer`."""
        self._records["died"][versions] = layer
        self._records["ending"][versions] = ending

    def types(self, versions: NDArray[np.int32]) -> NDArray[np.uint8]:
        """The types of these versions; a hardlink has the type of its target."""
        types: NDArray[np.uint8] = self._records["type"][versions]
        return types

    def inodes(self, versions: NDArray[np.int32]) -> NDArray[np.int32]:
        """The rows that have the content of these versions."""
        inodes: NDArray[np.int32] = self._records["inode"][versions]
        return inodes

    def versions(self, node_count: int) -> Versions:
        """All versions, sorted by node, then by time."""
        records = self._records[: self._count]
        records = records[np.lexsort((records["born"], records["node"]))]
        columns = {name: np.ascontiguousarray(records[name]) for name in ("born", "died")}
        nodes = np.ascontiguousarray(records["node"])
        return Versions(
            nodes=nodes,
            born=columns["born"],
            died=columns["died"],
            fates=np.ascontiguousarray(records["ending"]),
            rows=np.ascontiguousarray(records["row"]),
            inodes=np.ascontiguousarray(records["inode"]),
            first_of_node=np.searchsorted(nodes, np.arange(node_count + 1)),
        )
