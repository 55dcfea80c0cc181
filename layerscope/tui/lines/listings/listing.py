"""A list in the place of the tree: rows that tell something of the image, each leading to a path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerscope.tui.lines.spans import Line


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One row: its line and its details for a width, and the path and layer that it leads to."""

    line: Callable[[int], Line]
    details: Callable[[int], list[Line]]
    path: bytes
    layer: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows below a heading; `titles` say the same in fewer and fewer words, `empty` is said where there are no rows."""

    name: str
    titles: tuple[str, ...]
    heading: Callable[[int], Line]
    rows: Sequence[ListingRow]
    empty: str

    def row(self, number: int) -> ListingRow | None:
        """A row, or the last one if there are fewer; None if there are no rows."""
        return self.rows[min(number, len(self.rows) - 1)] if self.rows else None


def lacking(name: str, lack: str) -> tuple[str, ...]:
    """The titles of a listing that is not of the whole image; `lack` says what is not there."""
    return f"{name}, incomplete: {lack}", f"{name}, incomplete"
