"""A part of a line of text by its cells, with the styles of its parts."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from layerscope.tui.cells import cell_width
from layerscope.tui.lines.spans import MARKS_IN_A_ROW, Line, Span

_CHARACTERS_OF_CELL = 1 + MARKS_IN_A_ROW
_FEW = 2000
_KEPT_COUNT = 128

Parts = Sequence[tuple[int, str]]
"""Lengths and styles of the parts of a line; the rest of the line has none."""


def window(text: str, parts: Parts, places: Sequence[tuple[int, int]], cells: tuple[int, int]) -> Line:
    """The characters that begin in these cells; what was found at `places` is marked.

    A wide character belongs to the cell in which it begins, so the line may be one cell wider.
    """
    first, last = _characters(text, *cells)
    cuts = {first, last}
    styles: list[tuple[int, int, str]] = []
    end = 0
    for length, style in (*parts, (len(text), "")):
        start, end = end, min(end + length, len(text))
        if end > first and start < last:
            styles.append((start, end, style))
            cuts.update((max(start, first), min(end, last)))
    shown = [(start, end) for start, end in places if end > first and start < last]
    cuts.update(min(max(place, first), last) for pair in shown for place in pair)
    return tuple(
        Span(text[start:stop], _style(start, styles, shown)) for start, stop in pairwise(sorted(cuts)) if stop > start
    )


def _characters(text: str, start: int, stop: int) -> tuple[int, int]:
    """The characters that begin in the cells from `start` to `stop`."""
    if text.isascii():
        return min(start, len(text)), min(stop, len(text))
    enough = (_CHARACTERS_OF_CELL + 1) * stop
    begins = _begins(text[:enough] if enough < _FEW else text)
    return bisect_left(begins, start), bisect_left(begins, stop)


@lru_cache(_KEPT_COUNT)
def _begins(text: str) -> list[int]:
    """The cell in which each character begins; the rows of a folded line share the answer."""
    return list(accumulate(map(cell_width, text), initial=0))[:-1]


def _style(position: int, styles: Iterable[tuple[int, int, str]], places: Iterable[tuple[int, int]]) -> str:
    style = next((style for start, end, style in styles if start <= position < end), "")
    is_found = any(start <= position < end for start, end in places)
    return f"{style} match".strip() if is_found else style
