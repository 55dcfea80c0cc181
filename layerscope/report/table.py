"""Tables of text with aligned columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from layerscope.report.cells import cell_width, cut

_GAP = 2
_NARROWEST = 8
"""Cells that remain of a cut last column, however narrow the terminal is."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and whether the cells below it are figures, which are aligned to the right."""

    heading: str
    is_figure: bool = False


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int | None = None) -> list[str]:
    """The lines of a table, heading first. The cells must be safe for display.

    With `width`, the last column is cut, so that no line is wider than the terminal.
    """
    return aligned(columns, [tuple(column.heading for column in columns), *rows], width)


def aligned(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """The lines of the rows without a heading, aligned like `table`."""
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    if width is not None:
        rest = max(width - sum(widths[:-1]) - _GAP * (len(widths) - 1), _NARROWEST)
        rows = [(*row[:-1], cut(row[-1], rest)) for row in rows]
    return [_line(columns, row, widths) for row in rows]


def _line(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> str:
    parts = (_padded(*cell) for cell in zip(columns, row, widths, strict=True))
    return (" " * _GAP).join(parts).rstrip()


def _padded(column: Column, text: str, width: int) -> str:
    padding = " " * (width - cell_width(text))
    return padding + text if column.is_figure else text + padding
