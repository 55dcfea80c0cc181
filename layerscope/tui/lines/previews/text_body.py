"""Text as rows: long lines are folded, or cut and scrolled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from layerscope.tui.cells import cell_width
from layerscope.tui.lines.previews.body import View
from layerscope.tui.lines.previews.window import Parts, window
from layerscope.tui.lines.spans import Line, Span
from layerscope.tui.state.preview_look import TextSearch

MAX_FOUND = 10_000
"""Pieces that a search finds, at most."""
_NARROWEST = 8


@dataclass(frozen=True, slots=True, eq=False)
class TextBody:
    """Pieces of lines that are safe for the screen; further pieces of a line have the number 0.

    Without numbers, or if they are hidden, the lines have no gutter. `parts` are the styles of the first pieces. `note`
    is the last row.
    """

    pieces: Sequence[str]
    widths: NDArray[np.int32]
    numbers: Sequence[int]
    parts: Sequence[Parts] = ()
    note: str = ""
    shows_numbers: bool = True
    _kept: dict[tuple[int, bool], NDArray[np.int64]] = field(default_factory=dict)
    """The ends of the pieces, for the last view."""

    @classmethod
    def of(
        cls,
        pieces: Sequence[str],
        numbers: Sequence[int] = (),
        parts: Sequence[Parts] = (),
        note: str = "",
        *,
        shows_numbers: bool = True,
    ) -> TextBody:
        """The body, with the pieces measured."""
        widths = (len(piece) if piece.isascii() else cell_width(piece) for piece in pieces)
        return cls(pieces, np.fromiter(widths, np.int32, len(pieces)), numbers, parts, note, shows_numbers)

    def count(self, view: View) -> int:
        """The number of rows."""
        return int(self._ends(view)[-1] if len(self.pieces) else 0) + bool(self.note)

    def line(self, row: int, view: View) -> Line:
        """The number of the line, and what of it is on the row."""
        place = self.place(row, view)
        if place is None:
            return (Span(self.note, "note"),)
        item, part = place
        width, piece, look = self._room(view), self.pieces[item], view.look
        start = part * width if look.folds else look.left
        parts = self.parts[item] if item < len(self.parts) else ()
        places = look.search.places(piece) if look.search else []
        return *self._gutter(item, is_first=not part), *window(piece, parts, places, (start, start + width))

    def place(self, row: int, view: View) -> tuple[int, int] | None:
        """The piece on a row, and which of its rows it is; None for the note."""
        ends = self._ends(view)
        if not len(ends) or row >= ends[-1]:
            return None
        item = int(np.searchsorted(ends, row, "right"))
        return item, row - (int(ends[item - 1]) if item else 0)

    def value(self, row: int, view: View) -> str:
        """The whole line that is on a row."""
        place = self.place(row, view)
        if place is None:
            return self.note
        first = last = place[0]
        while first and self._goes_on(first):
            first -= 1
        while last + 1 < len(self.pieces) and self._goes_on(last + 1):
            last += 1
        return "".join(self.pieces[first : last + 1])

    def found(self, search: TextSearch) -> list[int]:
        """The pieces that have the text."""
        ignores_case = search.text.lower() == search.text
        pieces = map(str.lower, self.pieces) if ignores_case else self.pieces
        return list(islice((item for item, piece in enumerate(pieces) if search.text in piece), MAX_FOUND))

    def row_of(self, item: int, view: View) -> int:
        """The first row of a piece."""
        return int(self._ends(view)[item - 1]) if item else 0

    def _ends(self, view: View) -> NDArray[np.int64]:
        """For each piece the row after its last row."""
        width, folds = self._room(view), view.look.folds
        if (width, folds) not in self._kept:
            self._kept.clear()
            rows = np.maximum((self.widths + width - 1) // width, 1) if folds else np.ones_like(self.widths)
            self._kept[width, folds] = np.cumsum(rows, dtype=np.int64)
        return self._kept[width, folds]

    def _room(self, view: View) -> int:
        """The cells for the text; one more is left for a wide character at the end."""
        return max(view.width - self._gutter_width - 1, _NARROWEST)

    @property
    def _gutter_width(self) -> int:
        return len(str(len(self.pieces))) + 2 if len(self.numbers) and self.shows_numbers else 0

    def _gutter(self, item: int, *, is_first: bool) -> Line:
        if not self._gutter_width:
            return ()
        number = str(self.numbers[item]) if is_first and self.numbers[item] else ""
        return (Span(f"{number:>{self._gutter_width - 2}}  ", "gutter"),)

    def _goes_on(self, item: int) -> bool:
        return bool(len(self.numbers)) and not self.numbers[item]
