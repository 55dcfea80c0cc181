"""Text as lines, whatever it is: invalid, without line ends, or much of it."""

import codecs
from array import array
from collections.abc import Iterable

from layerscope.content.preview.model import Text

MAX_LINES = 200_000
PIECE_SIZE = 1000
"""Characters of a line that are in one piece."""
TAB_SIZE = 8
_BINARY_PROBE = 8000
"""Bytes that are searched for a NUL, as git does."""
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is text."""
    return _mark(head) != b"" or b"\0" not in head[:_BINARY_PROBE]


def text_of(head: bytes, *, is_cut: bool) -> Text:
    """The lines of the text that begins so; `is_cut` says that more follows."""
    mark = _mark(head)
    errors = "surrogateescape" if _MARKS.get(mark, "utf-8") == "utf-8" else "replace"
    decoder = codecs.getincrementaldecoder(_MARKS.get(mark, "utf-8"))(errors)
    lines = decoder.decode(head[len(mark) :], final=not is_cut).split("\n", MAX_LINES)
    cut = "it is longer" if is_cut else ""
    if len(lines) > MAX_LINES:
        cut = f"it has more than {MAX_LINES:,} lines"
        del lines[-1]
    elif not lines[-1]:
        del lines[-1]  # the newline ends the last line
    return in_pieces(_without_carriage_returns(lines), cut)


def in_pieces(lines: Iterable[str], cut: str = "") -> Text:
    """Lines, each in pieces, with blanks for tabs."""
    pieces: list[str] = []
    numbers = array("l")
    for number, line in enumerate(lines, 1):
        if len(line) <= PIECE_SIZE:
            pieces.append(line.expandtabs(TAB_SIZE) if "\t" in line else line)
            numbers.append(number)
            continue
        starts = range(0, len(line), PIECE_SIZE)
        pieces += [line[start : start + PIECE_SIZE].expandtabs(TAB_SIZE) for start in starts]
        numbers.extend([number, *[0] * (len(starts) - 1)])
    return Text(pieces, numbers, cut)


def line_ends(head: bytes) -> str:
    """A word for line ends that are not those of Unix; empty if they are."""
    count = head.count(b"\n")
    return "CRLF" if count and head.count(b"\r\n") == count else ""


def _mark(head: bytes) -> bytes:
    """The byte order mark that the bytes begin with."""
    return next((mark for mark in _MARKS if head.startswith(mark)), b"")


def _without_carriage_returns(lines: list[str]) -> list[str]:
    """The lines without the CR at their ends, if all but the last one have it."""
    if len(lines) > 1 and all(line.endswith("\r") for line in lines[:-1]):
        return [line.removesuffix("\r") for line in lines]
    return lines
