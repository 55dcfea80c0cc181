"""The files pane: one line for every visible node of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.report.table import cut_start
from layerscope.tui.lines.bars import share_bar
from layerscope.tui.lines.fields import SIZE_WIDTH, natural_size
from layerscope.tui.lines.glyphs import ARROW, CLOSED, GUIDE, MARKED, OPENED
from layerscope.tui.lines.spans import Line, Span, crop, fit, line_width, safe
from layerscope.tui.state.view_state import ATTRIBUTES, Column

if TYPE_CHECKING:
    from layerscope.tui.rows.file_rows import FileRow

MODE_WIDTH = 10
OWNER_WIDTH = 9
BAR_WIDTH = 6
_WIDTH_FOR_REMOVED = 36
_WIDTH_FOR_MODE = 48
_WIDTH_FOR_BAR = 56
_WIDTH_FOR_PULL = 66
_WIDTH_FOR_OWNER = 76
_MOST_GUIDES = 0.5
"""The share of the name's width that the guides of a deep tree may take."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns there is room for. `measure` heads the sizes; `removed` says that removed bytes have a column.

    `size_sign` follows the sizes of directories, if they may have more in them.
    """

    mode: bool
    owner: bool
    bar: bool
    pull: bool = False
    removed: bool = False
    measure: str = "size"
    size_sign: str = ""

    @classmethod
    def for_width(  # noqa: PLR0913 - what there is to show
        cls,
        width: int,
        wanted: frozenset[Column],
        *,
        removed: bool = False,
        measure: str = "size",
        size_sign: str = "",
        pull_known: bool = True,
    ) -> Columns:
        """The `wanted` columns that fit into `width` cells; without attributes the others fit into a narrower pane."""
        removed = removed and width >= _WIDTH_FOR_REMOVED
        space = width - (SIZE_WIDTH + 2 if removed else 0)
        more = space if wanted & ATTRIBUTES else space + _WIDTH_FOR_BAR - _WIDTH_FOR_MODE
        return cls(
            mode=Column.MODE in wanted and space >= _WIDTH_FOR_MODE,
            owner=Column.OWNER in wanted and space >= _WIDTH_FOR_OWNER,
            bar=Column.BAR in wanted and more >= _WIDTH_FOR_BAR,
            pull=Column.PULL in wanted and pull_known and more >= _WIDTH_FOR_PULL and measure != "pull",
            removed=removed,
            measure=measure,
            size_sign=size_sign,
        )


def file_heading(width: int, columns: Columns, directory: bytes = b"") -> Line:
    """The heads of the columns, and the directory that the cursor is in, if there is one to name."""
    parts = ["  "]
    if columns.mode:
        parts.append(fit("mode", MODE_WIDTH) + "  ")
    if columns.owner:
        parts.append(fit("owner", OWNER_WIDTH, right=True) + "  ")
    parts.append(fit(columns.measure, SIZE_WIDTH, right=True) + "  ")
    if columns.removed:
        parts.append(fit("-size", SIZE_WIDTH, right=True) + "  ")
    if columns.pull:
        parts.append(fit("pull", SIZE_WIDTH, right=True) + "  ")
    if columns.bar:
        parts.append(" " * BAR_WIDTH + "  ")
    heads = Span(fit("".join(parts) + "  name", width).rstrip(), "heading")
    inside = Span("  in " if directory else "", "label")
    room = max(width - line_width((heads, inside)), 0)
    return heads, inside, Span(cut_start(f"/{safe(directory)}", room) if directory else "", "label")


def file_line(row: FileRow, width: int, columns: Columns) -> Line:
    """One node: sign of its change, mode, owner, sizes, bar, depth and name."""
    spans = [Span(row.sign, "sign-inside" if row.look == "holds-changes" else row.look)]
    spans.append(Span(MARKED if row.is_marked else " ", "marked"))
    if columns.mode:
        spans.append(Span(fit(row.mode, MODE_WIDTH) + "  ", "attribute"))
    if columns.owner:
        spans.append(Span(fit(row.owner, OWNER_WIDTH, right=True) + "  ", "attribute"))
    spans += _sizes(row, columns)
    if columns.bar:
        spans += [share_bar((row.size or 0) + row.removed_size, row.total_size, BAR_WIDTH), Span("  ")]
    space = width - sum(len(span.text) for span in spans)
    return *spans, *crop(_name(row, space), space)


def _sizes(row: FileRow, columns: Columns) -> list[Span]:
    """What is there, what was removed, and the pull. A row that was removed has only the second."""
    is_only_removed = columns.removed and row.removed_size > 0 and not row.size
    sign = columns.size_sign if row.is_directory else ""
    spans = [_size(None if is_only_removed else row.size, sign, "size")]
    if columns.removed:
        spans.append(_size(row.removed_size or None, sign, "removed"))
    if columns.pull:
        spans.append(_size(row.compressed_size or None, sign, "attribute"))
    return spans


def _size(size: int | None, sign: str, style: str) -> Span:
    if size is None:
        return Span(" " * (SIZE_WIDTH + 2), style)
    return Span(fit(natural_size(size), SIZE_WIDTH, right=True) + sign.ljust(2), style)


def _name(row: FileRow, space: int) -> Line:
    depth = min(row.depth, int(space * _MOST_GUIDES) // 2)
    marker = "  " if row.opened is None else f"{OPENED if row.opened else CLOSED} "
    guides = f"{GUIDE} " * depth
    if row.depth > depth:  # the levels that are not drawn, so that one can see where a name belongs
        guides = f"{guides[:-2]}+{row.depth - depth} "
    spans = [Span(guides, "guide"), Span(marker, "marker")]
    look = f"{row.look} directory" if row.is_directory else row.look
    name = [*name_spans(row.name, look)]
    if row.link:
        name.append(Span(f" {ARROW} {safe(row.link)}", "link"))
    if row.note:
        name.append(Span(f"  {row.note}", "note"))
    room = space - line_width((*spans, *name))
    above = Span(cut_start(safe(row.above), max(room, 0)), "unmodified directory")
    return *spans, above, *name


def name_spans(pieces: Sequence[bytes], look: str) -> Line:
    """A name in pieces, of which every second one is what a search found."""
    looks = look, f"{look} match"
    return tuple(Span(safe(piece), looks[number % 2]) for number, piece in enumerate(pieces))
