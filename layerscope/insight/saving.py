"""`Saving`, and `Claims`: which files the savings have claimed, so that no byte is counted for two of them."""

import re
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.ownership import Installed
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER
from layerscope.insight.accounting import Accounting
from layerscope.insight.fates import Payloads
from layerscope.insight.marks import SavingMark
from layerscope.insight.packages import PackageTable

MIN_SAVING_SIZE = 1
"""Bytes; a change that saves nothing is not advised."""

MOST_NAMES = 6
"""Packages that an advice names."""
_PLAIN_NAME = re.compile(r"[\w.+@/-]{1,60}", re.ASCII)
"""Names that mean nothing else in Markdown or in a terminal; others are only counted."""


@dataclass(frozen=True, slots=True)
class Saving:
    """One change to make, and what it saves.

    `layer` ships the bytes; `killer` is the layer that ended them, -1 if they are live. `nodes` are the paths, biggest
    first, and `rows` the entries with the bytes. `originals` has, for each of these paths, the path that keeps the
    content; it is empty if the files are not duplicates. Sizes are bytes; `compressed_size` is the estimated share of
    the pull size.
    """

    cause: str
    title: str
    advice: str
    layer: int
    killer: int
    size: int
    compressed_size: int
    nodes: tuple[int, ...]
    rows: NDArray[np.integer] = field(compare=False)
    originals: tuple[int, ...] = ()

    @property
    def mark(self) -> SavingMark:
        """What stands for this saving if the user marks it."""
        return SavingMark(self.cause, self.title, self.layer, self.killer)


class Claims:
    """Which files a saving has claimed, and the savings found so far.

    `nodes` has the path of each payload; for content that only a hardlink keeps, the path of that link. `link_counts`
    has the number of live paths of each payload.
    """

    def __init__(self, account: Accounting) -> None:
        self.account = account
        self.stack: Stack = account.stack
        self.payloads: Payloads = account.payloads
        self.nodes, self.link_counts = _live_nodes(self.stack, self.payloads)
        self.free = np.ones(len(self.payloads.rows), bool)
        self.savings: list[Saving] = []

    @property
    def packages(self) -> tuple[Installed, ...]:
        """The packages of the image, also those that a later layer removed."""
        return self.stack.ownership.packages

    @cached_property
    def owners(self) -> NDArray[np.int32]:
        """The package of each payload, else -1."""
        return PackageTable(self.account).payload_owners

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
        """Claim the `chosen` files that are still free: one saving for each pair of layer and killer.

        In the advice, `{layer}`, `{killer}` and `{names}`, those of the packages, are replaced.
        """
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
                advice=advice.format(
                    layer=layer, killer=killer, names=self._names(numbers) if "{names}" in advice else ""
                ),
                layer=layer,
                killer=killer,
                size=int(sizes.sum()),
                compressed_size=int(self.payloads.compressed_sizes[numbers].sum()),
                nodes=tuple(self.nodes[numbers].tolist()),
                rows=self.payloads.rows[numbers],
                originals=() if originals is None else tuple(originals[numbers].tolist()),
            )
        )

    def _names(self, numbers: NDArray[np.int64]) -> str:
        """The packages of some payloads, most bytes first."""
        owners, places = np.unique(self.owners[numbers], return_inverse=True)
        sizes = np.bincount(places, weights=self.payloads.sizes[numbers])
        names = [self.packages[owner].package.name for owner in owners[np.argsort(-sizes, kind="stable")].tolist()]
        plain = [name for name in names if _PLAIN_NAME.fullmatch(name)][:MOST_NAMES]
        more = len(names) - len(plain)
        if not plain:
            return f"{more} packages" if more > 1 else "1 package"
        return ", ".join(plain) + (f" and {more} more" if more else "")


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
