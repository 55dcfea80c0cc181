"""A diff with the old lines to the left of the new ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from layerscope.tui.lines.previews.body import View
from layerscope.tui.lines.previews.text_body import TextBody
from layerscope.tui.lines.previews.window import window
from layerscope.tui.lines.spans import Line, Span, line_width
from layerscope.tui.state.preview_look import TextSearch

WIDE_ENOUGH = 60
"""Cells of a pane; in a narrower one, the lines of a diff are below each other."""
_BETWEEN = " │ "


@dataclass(frozen=True, slots=True, eq=False)
class BesideBody:
    """The pieces of a unified diff in pairs: left and right, -1 for none. Items are counted as in the unified diff.

    `pair_of` has the number of the pair of each piece.
    """

    unified: TextBody
    pairs: Sequence[tuple[int, int]]
    pair_of: Mapping[int, int]
    _kept: dict[tuple[int, bool], NDArray[np.int64]] = field(default_factory=dict)
    """The ends of the pairs, for the last view."""

    @classmethod
    def of(cls, unified: TextBody, numbers: Sequence[int]) -> BesideBody:
        """The same diff; `numbers` are 0 for pieces that go on with the line of the piece before."""
        pairs = list(_pairs(unified.pieces, numbers))
        return cls(unified, pairs, {item: number for number, pair in enumerate(pairs) for item in pair})

    def count(self, view: View) -> int:
        """The number of rows."""
        return int(self._ends(view)[-1]) if self.pairs else 0

    def line(self, row: int, view: View) -> Line:
        """Both halves of a row."""
        pair = int(np.searchsorted(self._ends(view), row, "right"))
        part = row - (int(self._ends(view)[pair - 1]) if pair else 0)
        left, right = (self._half(item, part, view) for item in self.pairs[pair])
        blank = Span(" " * max(_half_width(view) + 1 - line_width(left), 0))
        return *left, blank, Span(_BETWEEN, "gutter"), *right

    def value(self, row: int, view: View) -> str:
        """The new line on a row, or else the old one."""
        left, right = self.pairs[int(np.searchsorted(self._ends(view), row, "right"))]
        return self.unified.pieces[left if right < 0 else right]

    def found(self, search: TextSearch) -> list[int]:
        """The pieces that have the text."""
        return self.unified.found(search)

    def row_of(self, item: int, view: View) -> int:
        """The first row of a piece."""
        pair = self.pair_of[item]
        return int(self._ends(view)[pair - 1]) if pair else 0

    def _half(self, item: int, part: int, view: View) -> Line:
        if item < 0:
            return ()
        piece, width, look = self.unified.pieces[item], _half_width(view), view.look
        start = part * width if look.folds else look.left
        places = look.search.places(piece) if look.search else []
        return window(piece, self.unified.parts[item], places, (start, start + width))

    def _ends(self, view: View) -> NDArray[np.int64]:
        """For each pair the row after its last row."""
        key = (_half_width(view), view.look.folds)
        if key not in self._kept:
            self._kept.clear()
            widths = np.append(self.unified.widths, 0)[np.array(self.pairs, dtype=np.int64).reshape(-1, 2)]
            rows = (widths.max(axis=1) + key[0] - 1) // key[0] if key[1] else np.ones(len(self.pairs))
            self._kept[key] = np.cumsum(np.maximum(rows, 1), dtype=np.int64)
        return self._kept[key]


def _half_width(view: View) -> int:
    """The cells of a half; one more is left for a wide character at its end."""
    return max((view.width - len(_BETWEEN)) // 2 - 1, 1)


def _pairs(pieces: Sequence[str], numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Removed lines beside the added ones that follow them; other lines on both sides, heads of hunks on the left."""
    old: list[list[int]] = []
    new: list[list[int]] = []
    for line in _lines(numbers):
        sign = pieces[line[0]][:1]
        if sign == "-" and not new:
            old.append(line)
        elif sign == "+":
            new.append(line)
        elif sign == "\\" and (old or new):
            (new or old).append(line)
        else:
            yield from _beside(old, new)
            old, new = [line] if sign == "-" else [], []
            if sign != "-":
                yield from ((item, -1 if sign == "@" else item) for item in line)
    yield from _beside(old, new)


def _beside(old: Sequence[Sequence[int]], new: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for left, right in zip_longest(old, new, fillvalue=()):
        yield from zip_longest(left, right, fillvalue=-1)


def _lines(numbers: Sequence[int]) -> list[list[int]]:
    """The pieces of each line."""
    lines: list[list[int]] = []
    for item, number in enumerate(numbers):
        if number:
            lines.append([item])
        else:
            lines[-1].append(item)
    return lines
