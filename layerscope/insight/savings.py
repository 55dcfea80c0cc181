"""What to change to make the image smaller: a ranked list, with the bytes that each change saves.

At most one saving claims a file of a layer: the first one in the order of the causes. So the sum of all savings is
what all changes together really save.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER, Fate
from layerscope.insight.accounting import Accounting
from layerscope.insight.causes import ARCHIVE, LEFTOVERS, leftover_at
from layerscope.insight.fates import Payloads
from layerscope.layers.layer_index import ContentKind

MIN_DUPLICATE_SIZE = 4096
"""Bytes; a link instead of a smaller copy is not worth the advice."""

MIN_SAVING_SIZE = 1
"""Bytes; a change that saves nothing is not advised."""


@dataclass(frozen=True, slots=True)
class Saving:
    """One change to make, and what it saves.

    `layer` ships the bytes; `killer` is the layer that ended them, -1 if they are live. `nodes` are the paths, biggest
    first. `originals` has, for each of these paths, the path that keeps the content; it is empty if the files are not
    duplicates. Sizes are bytes; `compressed_size` is the estimated share of the pull size.
    """

    cause: str
    title: str
    advice: str
    layer: int
    killer: int
    size: int
    compressed_size: int
    nodes: tuple[int, ...]
    originals: tuple[int, ...] = ()


class _Claims:
    """Which files a saving has claimed, and the savings found so far.

    `nodes` has the path of each payload; for content that only a hardlink keeps, the path of that link. `link_counts`
    has the number of live paths of each payload.
    """

    def __init__(self, account: Accounting) -> None:
        self.stack: Stack = account.stack
        self.payloads: Payloads = account.payloads
        self.nodes, self.link_counts = _live_nodes(self.stack, self.payloads)
        self.free = np.ones(len(self.payloads.rows), bool)
        self.savings: list[Saving] = []

    @property
    def removable(self) -> NDArray[np.bool_]:
        """Dead content, and live content with one link: removing the path removes the bytes."""
        return np.asarray(self.payloads.dead | (self.link_counts == 1))

    def claim(
        self,
        chosen: NDArray[np.bool_],
        cause: str,
        title: str,
        advice: str,
        originals: NDArray[np.int32] | None = None,
    ) -> None:
        """Claim the `chosen` files that are still free: one saving for each pair of layer and killer."""
        numbers = np.flatnonzero(chosen & self.free)
        self.free[numbers] = False
        pairs = self.payloads.layers[numbers].astype(np.int64) * NEVER + self.payloads.killers[numbers]
        for pair in np.unique(pairs).tolist():
            self._add(numbers[pairs == pair], cause, title, advice, originals)

    def _add(
        self, numbers: NDArray[np.int64], cause: str, title: str, advice: str, originals: NDArray[np.int32] | None
    ) -> None:
        numbers = numbers[np.argsort(-self.payloads.sizes[numbers], kind="stable")]
        sizes = self.payloads.sizes[numbers]
        if sizes.sum() < MIN_SAVING_SIZE:
            return
        layer, killer = int(self.payloads.layers[numbers[0]]), int(self.payloads.killers[numbers[0]])
        self.savings.append(
            Saving(
                cause=cause,
                title=title,
                advice=advice.format(layer=layer, killer=killer),
                layer=layer,
                killer=killer,
                size=int(sizes.sum()),
                compressed_size=int(self.payloads.compressed_sizes[numbers].sum()),
                nodes=tuple(self.nodes[numbers].tolist()),
                originals=() if originals is None else tuple(originals[numbers].tolist()),
            )
        )


def _live_nodes(stack: Stack, payloads: Payloads) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """For each payload a live path, its own if that is live, and the number of its live paths."""
    versions, row_count = stack.versions, len(stack.entries.columns.types)
    alive = np.flatnonzero(versions.died == NEVER)
    counts = np.bincount(versions.inodes[alive], minlength=row_count)
    live_nodes = np.full(row_count, -1, np.int32)
    live_nodes[payloads.rows] = payloads.nodes
    stays = np.zeros(row_count, bool)
    at_home = alive[live_nodes[versions.inodes[alive]] == versions.nodes[alive]]
    stays[versions.inodes[at_home]] = True
    away = alive[~stays[versions.inodes[alive]]]
    live_nodes[versions.inodes[away]] = versions.nodes[away]
    return live_nodes[payloads.rows], counts[payloads.rows]


def find_savings(account: Accounting) -> list[Saving]:
    """The changes that make the image smaller, most bytes first."""
    claims = _Claims(account)
    for step in (_leftovers, _moved, _metadata_only, _deleted_later, _written_again, _shadowed, _archives, _duplicates):
        step(claims)
    return sorted(claims.savings, key=lambda saving: (-saving.size, saving.layer, saving.cause))


def _leftovers(claims: _Claims) -> None:
    """Known leftovers, dead or live, except live content with another link: that would stay."""
    present = np.zeros(claims.stack.nodes.count, bool)
    present[claims.nodes] = True
    found = (
        leftover_at(path) if there else None for path, there in zip(claims.stack.nodes.paths, present, strict=True)
    )
    kinds = np.fromiter((LEFTOVERS.index(kind) if kind else -1 for kind in found), np.int16, len(present))
    kinds = kinds[claims.nodes]
    for number, leftover in enumerate(LEFTOVERS):
        claims.claim((kinds == number) & claims.removable, leftover.kind, leftover.title, leftover.advice)


def _moved(claims: _Claims) -> None:
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
    advice = "write the files to their final path in layer {layer}: moving them in layer {killer} ships them twice"
    claims.claim(moved, "moved", "files moved to another path by a later layer", advice)


def _identities(claims: _Claims) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """Kind and value of what identifies the content of each payload."""
    columns, rows = claims.stack.entries.columns, claims.payloads.rows
    return columns.content_kinds[rows], columns.content_hashes[rows]


def _metadata_only(claims: _Claims) -> None:
    advice = (
        "set owner and mode in the step that writes the files (layer {layer}), for example with `COPY --chown --chmod`"
    )
    title = "files written again with the same content: only mode, owner or time changed"
    claims.claim(claims.payloads.metadata_only, "metadata", title, advice)


def _deleted_later(claims: _Claims) -> None:
    advice = (
        "create and delete the files in one RUN, or use `RUN --mount=type=bind` instead of COPY:"
        " layer {layer} creates them, layer {killer} deletes them"
    )
    deleted = claims.payloads.fates == Fate.DELETED
    claims.claim(deleted, "deleted", "files created in one layer and deleted in a later one", advice)


def _written_again(claims: _Claims) -> None:
    advice = "write the files once: layer {killer} replaces what layer {layer} ships"
    overwritten = claims.payloads.fates == Fate.OVERWRITTEN
    claims.claim(overwritten, "overwritten", "files written again by a later layer", advice)


def _shadowed(claims: _Claims) -> None:
    advice = "build layer {layer} with one entry for each path: only the last entry is used"
    claims.claim(claims.payloads.fates == Fate.SHADOWED, "shadowed", "duplicate entries in one layer", advice)


def _archives(claims: _Claims) -> None:
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


def _duplicates(claims: _Claims) -> None:
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
    there = "replace each copy with a symlink (`ln -s`): a hardlink would ship the file again in layer {layer}"
    claims.claim(copies & below, "duplicates", "copies of files that a lower layer has", there, originals)
