"""How many paths each layer added, modified, touched and removed, counted in one pass over all versions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change
from layerscope.filesystem.comparison import CHANGE_OF, why
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER, Fate

_WRITTEN_AGAIN = (Change.MODIFIED, Change.TOUCHED, Change.UNKNOWN)


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """The number of paths that one layer changed; the root does not count, as every image has it.

    `unknown_count` counts paths that were written again, if it is unknown whether their content changed.
    """

    added_count: int
    modified_count: int
    touched_count: int
    removed_count: int
    unknown_count: int


def change_counts(stack: Stack) -> tuple[ChangeCounts, ...]:
    """The counts of each layer, by layer number: they agree with `stack.changes_of(layer)`."""
    versions = stack.versions
    seen = np.flatnonzero((versions.fates != Fate.SHADOWED) & (versions.nodes != ROOT))
    old, new = seen[:-1], seen[1:]
    adjoin = (versions.nodes[old] == versions.nodes[new]) & (versions.died[old] == versions.born[new])
    replaced = np.zeros(versions.count, bool)
    replaced[old[adjoin]] = True
    replacing = np.zeros(versions.count, bool)
    replacing[new[adjoin]] = True
    changes = CHANGE_OF[why(stack.entries, versions.inodes[old[adjoin]], versions.inodes[new[adjoin]])]
    when = versions.born[new[adjoin]]
    added = _counts(versions.born[seen[~replacing[seen]]], stack)
    again = {change: _counts(when[changes == change], stack) for change in _WRITTEN_AGAIN}
    removed = _counts(versions.died[seen[~replaced[seen] & (versions.died[seen] != NEVER)]], stack)
    counts = (added, again[Change.MODIFIED], again[Change.TOUCHED], removed, again[Change.UNKNOWN])
    columns = (column.tolist() for column in counts)
    return tuple(ChangeCounts(*row) for row in zip(*columns, strict=True))


def _counts(layers: NDArray[np.int16], stack: Stack) -> NDArray[np.int64]:
    return np.bincount(layers, minlength=stack.layer_count)
