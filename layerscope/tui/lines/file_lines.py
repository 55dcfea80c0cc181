"""The files pane: one line for every visible node of the tree."""

from __future__ import annotations

from dataclasses import dataclass

from layerscope.tui.lines.bars import share_bar
from layerscope.tui.lines.glyphs import ARROW, CLOSED, GUIDE, OPENED
from layerscope.tui.lines.sizes import SIZE_WIDTH, natural_size
from layerscope.tui.lines.spans import Line, Span, crop, fit

MODE_WIDTH = 10
OWNER_WIDTH = 9
BAR_WIDTH = 6
_WIDTH_FOR_MODE = 48
_WIDTH_FOR_OWNER = 64
_WIDTH_FOR_BAR = 56
_MOST_GUIDES = 0.5
"""Of the width that names have; deeper trees draw their guides no further."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """What one line tells. `look` is the component class of the change; `opened` is None where nothing is below.

    `size` is None for what has no content of its own. `name` has three parts; the second is what a search found.
    """

    name: tuple[str, str, str]
    depth: int
    sign: str
    look: str
    mode: str
    owner: str
    size: int | None
    total_size: int
    opened: bool | None
    is_directory: bool
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns there is room for."""

    mode: bool
    owner: bool
    bar: bool

    @classmethod
    def for_width(cls, width: int, *, attributes: bool) -> Columns:
        """The columns in a pane of so many cells; without attributes there is room for the bar earlier."""
        if not attributes:
            return cls(mode=False, owner=False, bar=width >= _WIDTH_FOR_MODE)
        return cls(width >= _WIDTH_FOR_MODE, width >= _WIDTH_FOR_OWNER, width >= _WIDTH_FOR_BAR)


def file_heading(width: int, columns: Columns, measure: str = "size") -> Line:
    """The heads of the columns; `measure` is that of the sizes."""
    parts = ["  "]
    if columns.mode:
        parts.append(fit("mode", MODE_WIDTH) + "  ")
    if columns.owner:
        parts.append(fit("owner", OWNER_WIDTH, right=True) + "  ")
    parts.append(fit(measure, SIZE_WIDTH, right=True) + "  ")
    if columns.bar:
        parts.append(" " * BAR_WIDTH + "  ")
    return (Span(fit("".join(parts) + "  name", width), "heading"),)


def file_line(line: FileLine, width: int, columns: Columns) -> Line:
    """One node: sign of its change, mode, owner, size, bar, and its place and name in the tree."""
    spans = [Span(f"{line.sign} ", "sign-inside" if line.look == "holds-changes" else line.look)]
    if columns.mode:
        spans.append(Span(fit(line.mode, MODE_WIDTH) + "  ", "attribute"))
    if columns.owner:
        spans.append(Span(fit(line.owner, OWNER_WIDTH, right=True) + "  ", "attribute"))
    size = "" if line.size is None else natural_size(line.size)
    spans.append(Span(fit(size, SIZE_WIDTH, right=True) + "  ", "size"))
    if columns.bar:
        spans += [share_bar(line.size or 0, line.total_size, BAR_WIDTH), Span("  ")]
    space = width - sum(len(span.text) for span in spans)
    return *spans, *crop(_name(line, space), space)


def _name(line: FileLine, space: int) -> Line:
    depth = min(line.depth, int(space * _MOST_GUIDES) // 2)
    marker = "  " if line.opened is None else f"{OPENED if line.opened else CLOSED} "
    spans = [Span(f"{GUIDE} " * depth, "guide"), Span(marker, "marker")]
    look = f"{line.look} directory" if line.is_directory else line.look
    before, found, after = line.name
    spans += [Span(before, look), Span(found, f"{look} match"), Span(after, look)]
    if line.link:
        spans.append(Span(f" {ARROW} {line.link}", "link"))
    if line.note:
        spans.append(Span(f"  {line.note}", "note"))
    return tuple(spans)
