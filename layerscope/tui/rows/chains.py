"""Chains of single directories: a directory that shows nothing but one other directory shares its row."""

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change
from layerscope.filesystem.nodes import ROOT, Nodes
from layerscope.layers.layer_index import EntryType
from layerscope.tui.rows.compared_tree import ComparedTree

LITTLE_CHANGED = (Change.UNMODIFIED, Change.TOUCHED)


def joined_nodes(
    compared: ComparedTree,
    shown: NDArray[np.bool_],
    versions: NDArray[np.int32],
    matches: NDArray[np.bool_] | None,
) -> NDArray[np.bool_]:
    """The directories that stand in the row of the one directory below them.

    A directory keeps its row if it is a match, or if it changed in another way than the directory below it.
    """
    nodes, changes = compared.stack.nodes, compared.comparison.changes
    above, below = _single(nodes, shown)
    kept = _are_directories(compared, versions, above) & _are_directories(compared, versions, below)
    kept &= np.isin(changes[above], LITTLE_CHANGED) | (changes[above] == changes[below])
    if matches is not None:
        kept &= ~matches[above]
    joined = np.zeros(nodes.count, bool)
    joined[above[kept]] = True
    return joined


def depths_of_rows(nodes: Nodes, joined: NDArray[np.bool_]) -> NDArray[np.integer]:
    """How deep each node stands in a tree in which joined directories have no row; true for directories with content.

    There are many more other nodes, and few of them are on the screen; `depth_of_row` is true for all.
    """
    tops, branches = np.flatnonzero(joined), nodes.branches
    depths = nodes.depths.copy()
    begun = np.searchsorted(tops, branches)
    depths[branches] -= (begun - np.searchsorted(np.sort(nodes.ends[tops]), branches, "right")).astype(depths.dtype)
    return depths


def depth_of_row(nodes: Nodes, joined: NDArray[np.bool_], depths: NDArray[np.integer], node: int) -> int:
    """How deep a node stands, of these depths of the directories above it."""
    above = nodes.parents[node]
    return 0 if node == ROOT else int(depths[above]) + 1 - int(joined[above])


def row_ends(shown: NDArray[np.bool_], joined: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For every joined directory, in preorder, the directory whose row it shares: the next one that has a row."""
    has_row = np.flatnonzero(shown & ~joined)
    return np.asarray(has_row[np.searchsorted(has_row, np.flatnonzero(joined))])


def _single(nodes: Nodes, shown: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The shown nodes but the root that have one shown child, and those children.

    All above a shown node is shown, so the first shown node below another one is its child.
    """
    counts = np.zeros(nodes.count + 1, np.int32)
    np.cumsum(shown, out=counts[1:])
    above = nodes.branches[shown[nodes.branches] & (nodes.branches != ROOT)]
    number_below = counts[nodes.ends[above]] - counts[above + 1]
    above, number_below = above[number_below > 0], number_below[number_below > 0]
    below = np.flatnonzero(shown)[counts[above + 1]]
    is_single = counts[nodes.ends[below]] - counts[below] == number_below
    return above[is_single], below[is_single]


def _are_directories(
    compared: ComparedTree, versions: NDArray[np.int32], chosen: NDArray[np.int64]
) -> NDArray[np.bool_]:
    stack, own = compared.stack, versions[chosen]
    is_directory: NDArray[np.bool_] = np.zeros(len(chosen), bool)
    there = own >= 0
    is_directory[there] = stack.entries.columns.types[stack.versions.inodes[own[there]]] == EntryType.DIRECTORY
    return is_directory
