"""Several entries of one layer for one path: the specification forbids them, but tars have them."""

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.nodes import Nodes
from layerscope.layers.layer_index import EntryType


def surviving(written: NDArray[np.int32], types: NDArray[np.uint8], nodes: Nodes) -> NDArray[np.bool_]:
    """Which entries remain at the end of the layer; `written` are their nodes and `types` their types, in tar order.

    The last entry of a path wins. Between a file and entries below it the later wins too, as in unpacking: a later
    file replaces a directory with everything in it, and a later entry below a file turns the file into a directory.
    """
    standing = np.zeros(len(written), bool)
    standing[_last_positions(written)] = True
    not_directory = np.flatnonzero((types != EntryType.DIRECTORY) & (nodes.ends[written] > written + 1))
    order = np.argsort(written, kind="stable")
    ordered = written[order]
    for position in not_directory[_last_positions(written[not_directory])].tolist():
        node = int(written[position])
        low, high = np.searchsorted(ordered, (node + 1, int(nodes.ends[node])))
        below = order[low:high]
        standing[below[below < position]] = False
        if standing[below].any():
            standing[position] = False
    return standing


def _last_positions(written: NDArray[np.int32]) -> NDArray[np.int64]:
    """The last position of each distinct node."""
    _, from_the_end = np.unique(written[::-1], return_index=True)
    return len(written) - 1 - from_the_end
