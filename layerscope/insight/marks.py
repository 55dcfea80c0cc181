"""What a person would change about an image: paths and layers to drop, layers to squash, savings to make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

Item = TypeVar("Item")


class Extent(Enum):
    """Which versions of its paths a mark means."""

    WRITTEN = "written"
    """Those that its layers wrote."""
    CHANGED = "changed"
    """Those that its layers wrote, and those of lower layers that its layers deleted."""
    DEAD = "dead"
    """Those that its layers wrote and that are dead."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A path that is dropped with everything below it, from the layers `first` to `last`."""

    path: bytes
    first: int
    last: int
    extent: Extent = Extent.CHANGED

    def covers(self, path: bytes) -> bool:
        """Whether a path is at or below this one."""
        return not self.path or path == self.path or path.startswith(self.path + b"/")

    def holds(self, other: Mark) -> bool:
        """Whether this mark drops all that another one does."""
        is_whole = self.extent is Extent.CHANGED and self.first <= other.first and other.last <= self.last
        return is_whole and self.covers(other.path)


@dataclass(frozen=True, slots=True)
class SavingMark:
    """What identifies a saving of an image, however often its layers are merged."""

    cause: str
    title: str
    layer: int
    killer: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What is tried: paths and layers to drop, ranges of layers to squash into one, and savings to make."""

    marks: tuple[Mark, ...] = ()
    layers: tuple[int, ...] = ()
    squashed: tuple[tuple[int, int], ...] = ()
    savings: tuple[SavingMark, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.marks) + len(self.layers) + len(self.squashed) + len(self.savings)

    def toggled(self, change: Mark | SavingMark | int | tuple[int, int]) -> Changes:
        """With a mark, a dropped layer or a squashed range; without it, if it is there already."""
        if isinstance(change, SavingMark):
            return replace(self, savings=_toggled(self.savings, change))
        if isinstance(change, Mark):
            return replace(self, marks=_toggled(self.marks, change))
        if isinstance(change, int):
            return replace(self, layers=_toggled(self.layers, change))
        return replace(self, squashed=_toggled(self.squashed, change))

    def is_squashed(self, layer: int) -> bool:
        """Whether a layer is in a squashed range."""
        return any(first <= layer <= last for first, last in self.squashed)

    @property
    def tops(self) -> tuple[Mark, ...]:
        """The marks that drop more than each other mark."""
        return tuple(mark for mark in self.marks if self.holder(mark) is None)

    def holder(self, mark: Mark) -> Mark | None:
        """Another mark that drops all that this one does; None if there is none."""
        return next((other for other in self.marks if other != mark and other.holds(mark)), None)


def _toggled(items: tuple[Item, ...], item: Item) -> tuple[Item, ...]:
    return tuple(other for other in items if other != item) if item in items else (*items, item)
