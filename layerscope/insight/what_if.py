"""What an image saves without some of its entries, with some of its layers made into one, or with savings made.

The saved bytes are those that a build without these entries does not ship. A file with several links is shipped as long
as one of the links is: its bytes are saved only if all of them are dropped.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.insight.accounting import Accounting
from layerscope.insight.fates import Payloads
from layerscope.insight.marks import Changes, Extent, Mark
from layerscope.insight.savings import find_savings

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Saved:
    """Bytes that are not shipped any more: `size` unpacked, `wasted_size` of it dead, `compressed_size` of the pull."""

    size: int = 0
    compressed_size: int = 0
    wasted_size: int = 0
    file_count: int = 0


def saved_by(account: Accounting, changes: Changes) -> Saved:
    """What all changes save together; an entry that several of them drop counts once."""
    rows = dropped_rows(account, changes)
    payloads = account.payloads
    dropped = rows[payloads.rows]
    sizes = payloads.sizes
    return Saved(
        int(sizes[dropped].sum()),
        int(account.stack.entries.columns.compressed_sizes[rows].sum()),
        int(sizes[dropped & payloads.dead].sum()),
        int(dropped.sum()),
    )


def dropped_rows(account: Accounting, changes: Changes) -> Mask:
    """For each row whether its entry is not shipped any more."""
    stack = account.stack
    versions = _dropped_versions(stack, changes)
    rows = np.zeros(stack.entries.count, bool)
    for layer in changes.layers:
        own = stack.row_ranges[layer]
        rows[own.start : own.stop] = True  # whiteouts too, which are no versions
    rows[stack.versions.rows[versions]] = True
    rows[stack.versions.inodes[~versions]] = False  # a link that stays needs the content
    for first, last in changes.squashed:
        rows[account.payloads.rows[_ended_within(account.payloads, first, last)]] = True
    for saving in find_savings(account) if changes.savings else ():
        if saving.mark in changes.savings:
            rows[saving.rows] = True
    rows[stack.entries.implied_row] = False
    return rows


def marked_versions(stack: Stack, mark: Mark) -> NDArray[np.int64]:
    """The numbers of the versions that a mark means."""
    node = stack.nodes.find(mark.path)
    if node is None:
        return np.zeros(0, np.int64)
    versions, ends = stack.versions, stack.nodes.ends
    start, end = int(versions.first_of_node[node]), int(versions.first_of_node[ends[node]])
    born, died, fates = versions.born[start:end], versions.died[start:end], versions.fates[start:end]
    meant = _are_meant(mark, born, died, fates)
    return np.flatnonzero(meant) + start


def layer_of(stack: Stack, mark: Mark) -> int | None:
    """The last layer of a mark after which its path is there; if its layers deleted the path, the layer before that."""
    node = stack.nodes.find(mark.path)
    own = stack.versions.of_node(0 if node is None else node)
    lives = [(int(stack.versions.born[number]), int(stack.versions.died[number])) for number in own]
    ends = [min(died - 1, mark.last) for born, died in lives if born <= min(died - 1, mark.last)]
    return None if node is None else max(ends, default=None)


def is_marked(marks: Collection[Mark], path: bytes, born: int, died: int, fate: int) -> bool:
    """Whether a version of a path is meant by one of the marks."""
    return any(mark.covers(path) and bool(_are_meant(mark, born, died, fate)) for mark in marks)


def _are_meant(mark: Mark, born: Any, died: Any, fates: Any) -> Any:
    """For columns of versions, or the figures of one."""
    written = (mark.first <= born) & (born <= mark.last)
    if mark.extent is Extent.CHANGED:
        written |= (fates == Fate.DELETED) & (mark.first <= died) & (died <= mark.last)
    if mark.extent is Extent.DEAD:
        written &= fates != Fate.LIVE
    return written


def _dropped_versions(stack: Stack, changes: Changes) -> Mask:
    dropped: Mask = np.isin(stack.versions.born, changes.layers)
    for mark in changes.marks:
        dropped[marked_versions(stack, mark)] = True
    return dropped


def _ended_within(payloads: Payloads, first: int, last: int) -> Mask:
    """The files of these layers that one of these layers ended."""
    ended: Mask = payloads.dead & (payloads.layers >= first) & (payloads.killers <= last)
    return ended
