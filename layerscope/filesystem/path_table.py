"""`PathTable`: finds the nodes of many paths at once, in a tenth of the memory of a dict."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.nodes import Nodes


class PathTable:
    """The sorted hashes of all paths, 12 bytes for each. They are made when the first path is looked for.

    Two paths with the same hash of 64 bits count as one. An image cannot choose them: Python keys the hash at random.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._all = nodes

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The hashes, and the node of each."""
        hashes = np.fromiter(map(hash, self._all.paths), np.int64, self._all.count)
        nodes = np.argsort(hashes).astype(np.int32)
        return hashes[nodes], nodes

    def find(self, paths: Sequence[bytes]) -> NDArray[np.int32]:
        """The node of each path; -1 if no layer has it."""
        hashes, nodes = self._sorted
        wanted = np.fromiter(map(hash, paths), np.int64, len(paths))
        places = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
        return np.where(hashes[places] == wanted, nodes[places], np.int32(-1))
