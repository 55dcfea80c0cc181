"""`PairStack`: two images as one stack, so that their comparison is a comparison of two of its snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.layer_numbers import FIRST_OF_BASE, NOTHING
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER, Versions

if TYPE_CHECKING:
    from layerscope.filesystem.ownership import Ownership

Number = TypeVar("Number", bound=np.integer)


@dataclass(frozen=True, eq=False)
class PairStack(Stack):
    """The layers of the image `after` have their own numbers; those of its base `before` are negative.

    What is live in the base ends at `NOTHING`, before the lowest layer of the image. So every snapshot of either image
    is a snapshot of this stack, and the fates stay those of the two images. `shared` has the numbers of the layers of
    the image that the base has too.
    """

    before: Stack
    after: Stack
    shared: frozenset[int] = frozenset()

    @classmethod
    def of(cls, before: Stack, after: Stack, shared: frozenset[int] = frozenset()) -> PairStack:  # type: ignore[override] # of two images
        """Join two images of one merge."""
        return cls(
            after.nodes,
            after.entries,
            _joined(before.versions, after.versions, _order(before.versions, after.versions)),
            after.dangling_counts,
            after.row_ranges,
            before,
            after,
            shared,
        )

    @cached_property
    def is_shared(self) -> NDArray[np.bool_]:
        """For each version whether it is in a layer that both images have."""
        return np.isin(self.versions.born, sorted(self.shared))

    @cached_property
    def is_linked(self) -> NDArray[np.bool_]:
        """For each version whether it shares its content with another one of its image."""
        return np.concatenate([self.before.is_linked, self.after.is_linked])[self._order]

    @cached_property
    def ownership(self) -> Ownership:
        """The packages of the base, then those of the image."""
        return self.before.ownership.followed_by(self.after.ownership, self._order)

    def origin(self, version: int) -> tuple[Stack, int]:
        """The stack of the image that has a version, and the number of the version there."""
        number, count = int(self._order[version]), self.before.versions.count
        return (self.before, number) if number < count else (self.after, number - count)

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        return _order(self.before.versions, self.after.versions)


def _joined(before: Versions, after: Versions, order: NDArray[np.int64]) -> Versions:
    """The versions of both, those of the base first at each node."""

    def column(old: NDArray[Number], new: NDArray[Number]) -> NDArray[Number]:
        joined: NDArray[Number] = np.concatenate([old, new])[order]
        return joined

    died = np.where(before.died == NEVER, np.int16(NOTHING), before.died + np.int16(FIRST_OF_BASE))
    return Versions(
        nodes=column(before.nodes, after.nodes),
        born=column(before.born + np.int16(FIRST_OF_BASE), after.born),
        died=column(died.astype(np.int16), after.died),
        fates=column(before.fates, after.fates),
        rows=column(before.rows, after.rows),
        inodes=column(before.inodes, after.inodes),
        first_of_node=before.first_of_node + after.first_of_node,
    )


def _order(before: Versions, after: Versions) -> NDArray[np.int64]:
    """The order by node of all versions of both, which keeps the order in time."""
    return np.argsort(np.concatenate([before.nodes, after.nodes]), kind="stable")
