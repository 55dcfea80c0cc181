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
    """Rows below a heading; `empty` is said where there are none."""

    name: str
    title: str
    heading: Callable[[int], Line]
    rows: Sequence[ListingRow]
    empty: str
