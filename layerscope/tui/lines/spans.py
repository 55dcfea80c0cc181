"""Styled text in cells of a terminal: what all lines are made of."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from layerscope.display import display
from layerscope.tui.cells import cell_width, resized
from layerscope.tui.lines.glyphs import ELLIPSIS

MARKS_IN_A_ROW = 2
"""Combining marks that may follow a character; no script needs more, and many of them cover other rows."""


class Span(NamedTuple):
    """A piece of text and the names of its component classes in the stylesheet."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def plain(line: Line) -> str:
    """The text of a line."""
    return "".join(span.text for span in line)


def line_width(line: Line) -> int:
    """The cells a line takes."""
    return sum(cell_width(span.text) for span in line)


def safe(text: str | bytes) -> str:
    """Text from outside for one row: as `display` makes it, and with only those widths that terminals agree on."""
    shown = display(text)
    return shown if shown.isascii() else _escape_marks(unicodedata.normalize("NFC", shown))


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells: padded on the right or left, or cut with an ellipsis."""
    space = width - cell_width(text)
    if space >= 0:
        return " " * space + text if right else text + " " * space
    return resized(text, width - 1) + ELLIPSIS if width > 0 else ""


def first_fitting(texts: Sequence[str], width: int) -> str:
    """The first text that fits into `width` cells, or the last."""
    return next((text for text in texts if cell_width(text) <= width), texts[-1])


def shorten(text: str, width: int) -> str:
    """The text in at most `width` cells."""
    return text if cell_width(text) <= width else fit(text, width)


def crop(line: Line, width: int) -> Line:
    """The line in at most `width` cells, its end cut with an ellipsis."""
    kept, space = [], width
    for span in line:
        taken = cell_width(span.text)
        if taken > space:
            kept.append(Span(fit(span.text, space), span.style))
            break
        kept.append(span)
        space -= taken
    return tuple(kept)


def _escape_marks(text: str) -> str:
    """Keep combining marks that combine; escape them alone, in heaps, or if they change a character's width."""
    escaped: list[str] = []
    marks = MARKS_IN_A_ROW
    for char in text:
        if unicodedata.category(char) not in ("Mn", "Me"):
            marks = 0
            escaped.append(char)
        elif marks < MARKS_IN_A_ROW and not "\ufe00" <= char <= "\ufe0f":
            marks += 1
            escaped.append(char)
        else:
            marks = MARKS_IN_A_ROW
            escaped.append(f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}")
    return "".join(escaped)
