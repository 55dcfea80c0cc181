"""What to change to make the image smaller: a ranked list, with the bytes that each change saves.

At most one saving claims a file of a layer: the first one in the order of the causes. So the sum of all savings is
what all changes together really save.
"""

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.versions import NEVER, Fate
from layerscope.insight.accounting import Accounting
from layerscope.insight.causes import ARCHIVE, LEFTOVERS, leftover_at
from layerscope.insight.package_savings import build_packages, python_copies, removed_packages
from layerscope.insight.saving import Claims, Saving
from layerscope.layers.layer_index import ContentKind

MIN_DUPLICATE_SIZE = 4096
"""Bytes; a link instead of a smaller copy is not worth the advice."""


_found: WeakKeyDictionary[Accounting, list[Saving]] = WeakKeyDictionary()


def find_savings(account: Accounting) -> list[Saving]:
    """The changes that make the image smaller, most bytes first.

    They are kept as long as the accounting: for 500,000 files it takes seconds to find them.
    """
    found = _found.get(account)
    if found is None:
        claims = Claims(account)
        for step in _STEPS:
            step(claims)
        found = sorted(claims.savings, key=lambda saving: (-saving.size, saving.layer, saving.cause))
        _found[account] = found
    return found


def _leftovers(claims: Claims) -> None:
    """Known leftovers, dead or live, except live content with another link: that would stay."""
    present = np.zeros(claims.stack.nodes.count, bool)
    present[claims.nodes] = True
    found = (
        leftover_at(path) if there else None for path, there in zip(claims.stack.nodes.paths, present, strict=True)
    )
    numbers = {leftover.kind: number for number, leftover in enumerate(LEFTOVERS)}
    kinds = np.fromiter((numbers[kind.kind] if kind else -1 for kind in found), np.int16, len(present))
    kinds = kinds[claims.nodes]
    for number, leftover in enumerate(LEFTOVERS):
        claims.claim((kinds == number) & claims.removable, leftover.kind, leftover.title, leftover.advice)


def _moved(claims: Claims) -> None:
    """Files deleted in a layer that has the same content at another path."""
    payloads = claims.payloads
    kinds, hashes = _identities(claims)
    columns = (payloads.layers, kinds, hashes, payloads.sizes)
    arrivals = set(zip(*(column.tolist() for column in columns), strict=True))
    known = kinds != ContentKind.NONE
    candidates = np.flatnonzero(known & (payloads.fates == Fate.DELETED) & (payloads.sizes > 0))
    moved = np.zeros(len(payloads.rows), bool)
    for number in candidates.tolist():
        key = (payloads.killers[number], kinds[number], hashes[number], payloads.sizes[number])
        moved[number] = tuple(map(int, key)) in arrivals
    advice = "write the files to their last path in layer {layer}: moving them in layer {killer} ships them twice"
    claims.claim(moved, "moved", "files moved to another path by a later layer", advice)


def _identities(claims: Claims) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """Kind and value of what identifies the content of each payload."""
    columns, rows = claims.stack.entries.columns, claims.payloads.rows
    return columns.content_kinds[rows], columns.content_hashes[rows]


def _metadata_only(claims: Claims) -> None:
    advice = (
        "set owner and mode in the step that writes the files (layer {layer}), for example with `COPY --chown --chmod`"
    )
    title = "files written again with the same content: only mode, owner or time changed"
    claims.claim(claims.payloads.metadata_only, "metadata", title, advice)


def _deleted_later(claims: Claims) -> None:
    advice = (
        "create and delete the files in one RUN, or use `RUN --mount=type=bind` instead of COPY:"
        " layer {layer} creates them, layer {killer} deletes them"
    )
    deleted = claims.payloads.fates == Fate.DELETED
    claims.claim(deleted, "deleted", "files created in one layer and deleted in a later one", advice)


def _written_again(claims: Claims) -> None:
    advice = "write the files once: layer {killer} replaces what layer {layer} ships"
    overwritten = claims.payloads.fates == Fate.OVERWRITTEN
    claims.claim(overwritten, "overwritten", "files written again by a later layer", advice)


def _shadowed(claims: Claims) -> None:
    advice = "build layer {layer} with one entry for each path: only the last entry is used"
    claims.claim(claims.payloads.fates == Fate.SHADOWED, "shadowed", "duplicate entries in one layer", advice)


def _archives(claims: Claims) -> None:
    """Live archives beside a directory with the same name, without the extension, that is not empty."""
    nodes, versions = claims.stack.nodes, claims.stack.versions
    living = nodes.subtree_sums(np.bincount(versions.nodes[versions.died == NEVER], minlength=nodes.count))
    found = np.zeros(len(claims.nodes), bool)
    for number in np.flatnonzero(claims.removable & ~claims.payloads.dead & claims.free).tolist():
        match = ARCHIVE.fullmatch(nodes.path(int(claims.nodes[number])))
        beside = nodes.find(match["stem"]) if match else None
        found[number] = beside is not None and int(living[beside]) > 1
    advice = "download, unpack and remove the archive in one RUN, or use `ADD`, which unpacks it"
    claims.claim(found, "archives", "archives beside the files unpacked from them", advice)


def _duplicates(claims: Claims) -> None:
    """Live files with the same content, except the first; a hardlink to a file of a lower layer ships it again."""
    payloads = claims.payloads
    identity = (*_identities(claims), payloads.sizes)
    known = identity[0] != ContentKind.NONE
    eligible = np.flatnonzero(claims.free & known & ~payloads.dead & (payloads.sizes >= MIN_DUPLICATE_SIZE))
    order = eligible[np.lexsort((eligible, *(column[eligible] for column in identity)))]
    again = np.zeros(len(order), bool)
    again[1:] = np.logical_and.reduce([column[order[1:]] == column[order[:-1]] for column in identity])
    first = order[np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))]
    copies, below = np.zeros((2, len(payloads.rows)), bool)
    originals = np.zeros(len(payloads.rows), np.int32)
    copies[order] = again
    below[order] = payloads.layers[first] < payloads.layers[order]
    originals[order] = claims.nodes[first]
    here = "keep one of the files in layer {layer}, and make the others hardlinks to it (`ln`)"
    claims.claim(copies & ~below, "duplicates", "the same content at several paths", here, originals)
    there = (
        "replace each copy with a symlink (`ln -s`), not with a hardlink:"
        " in layer {layer}, a hardlink to a file of a lower layer ships its bytes again"
    )
    claims.claim(copies & below, "duplicates", "copies of files that a lower layer has", there, originals)


_STEPS = (
    _leftovers,
    _moved,
    removed_packages,
    _metadata_only,
    _deleted_later,
    _written_again,
    _shadowed,
    build_packages,
    python_copies,
    _archives,
    _duplicates,
)
"""In the order of their claims."""
