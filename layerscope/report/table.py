"""Tables of text with aligned columns, and sizes and shares for people.

East Asian characters take two cells of a terminal, combining marks none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from unicodedata import category, east_asian_width

from humanize import metric

from layerscope.display import display

ELLIPSIS = "…"
NONE = "-"
"""The cell of a value that is unknown or does not exist."""

_FRACTION = re.compile(r"(?<=:\d\d)\.\d+")
_LONGEST_TIME = 25
_DIGEST_WIDTH = 12
"""Hex digits of a short digest: enough to distinguish the layers of an image."""


def cell_width(text: str) -> int:
    """The cells that the text takes. The text has no control characters, as it has passed `display`."""
    return len(text) if text.isascii() else sum(map(_width, text))


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells; an ellipsis at the end stands for what is left out."""
    if cell_width(text) <= width:
        return text
    taken, used = [], len(ELLIPSIS)
    for char in text:
        used += _width(char)
        if used > width:
            break
        taken.append(char)
    return "".join(taken) + ELLIPSIS if width > 0 else ""


def cut_start(text: str, width: int) -> str:
    """The end of the text in at most `width` cells, as the end of a path says more than its start."""
    if cell_width(text) <= width:
        return text
    room = width - len(ELLIPSIS)
    start = len(text)
    while start and (room := room - _width(text[start - 1])) >= 0:
        start -= 1
    return ELLIPSIS + text[start:] if width > 0 else ""


def digest_cell(digest: str | None, *, short: bool) -> str:
    """The digest; with `short`, only its first hex digits."""
    if digest is None:
        return NONE
    return digest.partition(":")[2][:_DIGEST_WIDTH] if short else digest


def _width(char: str) -> int:
    if category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


SIZES: ContextVar[str] = ContextVar("SIZES", default="")
"""How the user wants sizes: `human`, `bytes`, or empty for what suits the text."""


def natural_size(size: int) -> str:
    """Bytes in the units of 1000 that registries and disks are sold in, with three significant digits: `63.2 MB`."""
    if SIZES.get() == "bytes":
        return str(size)
    return metric(size, "B", precision=3) if size >= 1000 else f"{size} B"


def time_cell(time: str | None) -> str:
    """A time of a document without the fractions of its second; what is no time stays as it is."""
    return display(_FRACTION.sub("", time or ""), limit=_LONGEST_TIME) or NONE


def signed_size(delta: int) -> str:
    """A difference of bytes with its sign: `+63.2 MB`, `-5 B`, `0 B`."""
    return f"{'+' if delta > 0 else '-' if delta else ''}{natural_size(abs(delta))}"


UNKNOWN = "?"
"""The cell of a pull that is unknown."""
UNKNOWN_PULL = "unknown: the layers were exported without compression"


def pull_cell(row: Mapping[str, Any], *, in_words: bool = False) -> str:
    """The `compressedSize` of a row of the JSON contract; a question mark, or words, if a pull has other bytes."""
    if row["pullKnown"]:
        return natural_size(row["compressedSize"])
    return UNKNOWN_PULL if in_words else UNKNOWN


def part_of_pull(size: int | None) -> str:
    """The bytes that something adds to a pull, in brackets after its size; None if the pull is unknown."""
    return "(pull unknown)" if size is None else f"({natural_size(size)} of the pull)"


_LEAST_SHARE = 0.001


def percent(share: float) -> str:
    """A share from 0 to 1 with one decimal. Only 1 becomes `100.0 %`, and only 0 becomes `0.0 %`."""
    if 0 < share < _LEAST_SHARE:
        return "under 0.1 %"
    shown = round(share * 100, 1)
    return f"{min(shown, 99.9) if share < 1 else shown:.1f} %"


_GAP = 2
_NARROWEST = 8
"""Cells that remain of a cut last column, however narrow the terminal is."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and whether the cells below it are figures, which are aligned to the right.

    An optional column is left out if the terminal is too narrow; the last one goes first.
    """

    heading: str
    is_figure: bool = False
    is_optional: bool = False


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int | None = None) -> list[str]:
    """The lines of a table, heading first. The cells must be safe for display.

    With `width`, the last column is cut, so that no line is wider than the terminal.
    """
    return aligned(columns, [tuple(column.heading for column in columns), *rows], width)


def aligned(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """The lines of the rows without a heading, aligned like `table`."""
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    if width is not None:
        least = sum(widths[:-1]) + _GAP * (len(widths) - 1) + min(widths[-1], _NARROWEST)
        spare = [number for number, column in enumerate(columns) if column.is_optional]
        if least > width and spare:
            kept = [number for number in range(len(columns)) if number != spare[-1]]
            return aligned([columns[n] for n in kept], [[row[n] for n in kept] for row in rows], width)
        rest = max(width - sum(widths[:-1]) - _GAP * (len(widths) - 1), _NARROWEST)
        rows = [(*row[:-1], cut(row[-1], rest)) for row in rows]
    return [_line(columns, row, widths) for row in rows]


def _line(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> str:
    parts = (_padded(*cell) for cell in zip(columns, row, widths, strict=True))
    return (" " * _GAP).join(parts).rstrip()


def _padded(column: Column, text: str, width: int) -> str:
    padding = " " * (width - cell_width(text))
    return padding + text if column.is_figure else text + padding
