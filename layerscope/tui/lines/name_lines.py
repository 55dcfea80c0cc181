"""Lists of a registry: one line for every repository or tag, and the details of a tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.report.tag_sizes import signed_size
from layerscope.tui.lines.fields import SIZE_WIDTH, count_text, fields, natural_size, time_text
from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.spans import Line, Span, fit, line_width, safe, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerscope.tui.lines.spans import Line
    from layerscope.tui.rows.name_browser import NameRow
    from layerscope.tui.state.name_list import KnownTag, Tag

DIGEST_WIDTH = 12
_GAP = 2
_DATE_WIDTH = 10
_TIME_WIDTH = 16
_WIDTH_FOR_TIME = 100
_LEAST_PLATFORMS = 14
_MOST_PLATFORMS = 44
_LEAST_NAME = 8
_GOOD_NAME = 24
_UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Columns:
    """The cells of each column; 0 if the column does not fit."""

    name: int
    created: int = 0
    platforms: int = 0
    digest: int = 0
    growth: int = 0

    @classmethod
    def for_width(cls, width: int, longest: int) -> Columns:
        """The columns beside names of this length; the rightmost is left out first."""
        space = width - 1 - _GAP - SIZE_WIDTH
        wanted = max(min(longest, _GOOD_NAME), _LEAST_NAME)
        created = _TIME_WIDTH if width >= _WIDTH_FOR_TIME else _DATE_WIDTH
        widths = [created, _LEAST_PLATFORMS, DIGEST_WIDTH, SIZE_WIDTH + 1]
        while widths and space - sum(widths) - _GAP * len(widths) < wanted:
            widths.pop()
        space -= sum(widths) + _GAP * len(widths)
        name = max(min(longest, space), min(_LEAST_NAME, space))
        created, platforms, digest, growth = [*widths, 0, 0, 0, 0][:4]
        more = min(space - name, _MOST_PLATFORMS - platforms) if platforms else 0
        return cls(max(name, 1), created, platforms + more, digest, growth)


def repository_line(row: NameRow, width: int) -> Line:
    """A repository by its name."""
    return Span(" "), *_name(row, width - 1)


def start_line(row: NameRow, width: int) -> Line:
    """A name that can be opened, and its origin."""
    note = Span(f" {row.note} ", "note")
    space = width - 1 - line_width((note,))
    return (Span(" "), *_name(row, space), note) if space >= _LEAST_NAME else repository_line(row, width)


def tag_heading(width: int, columns: Columns) -> Line:
    """The heads of the columns."""
    parts = [fit("tag", columns.name), fit("pull", SIZE_WIDTH, right=True)]
    parts += [fit("change", columns.growth, right=True)] if columns.growth else []
    heads = (("created", columns.created), ("platforms", columns.platforms), ("digest", columns.digest))
    parts += [fit(head, cells) for head, cells in heads if cells]
    return (Span(fit(" " + (" " * _GAP).join(parts), width), "heading"),)


def tag_line(row: NameRow, width: int, columns: Columns) -> Line:
    """A tag: name, size of a pull, time, platforms, digest, or why they are not known."""
    name = (Span("*" if row.is_mark else " ", "number"), *_name(row, columns.name), Span(" " * _GAP))
    if row.tag is None:
        return name
    if isinstance(row.tag, Exception):
        return *name, Span(fit(safe(row.tag.message), width - columns.name - 1 - _GAP), "bad")
    return *name, *_columns(row.tag, row.growth, columns)


def platforms_text(platforms: Sequence[str], width: int) -> str:
    """As many platforms as fit, and the number of the others."""
    shown = [safe(platform) for platform in platforms]
    for count in range(len(shown), 0, -1):
        rest = f" +{len(shown) - count}" if count < len(shown) else ""
        text = ", ".join(shown[:count]) + rest
        if len(text) <= width:
            return text
    return shorten(shown[0], width) if shown else _UNKNOWN


def _columns(tag: KnownTag, growth: int | None, columns: Columns) -> Line:
    size = _UNKNOWN if tag.size is None else natural_size(tag.size)
    spans = [Span(fit(size, SIZE_WIDTH, right=True), "size")]
    if columns.growth:
        text = "" if growth is None else signed_size(growth)
        spans.append(Span(" " * _GAP + fit(text, columns.growth, right=True), _growth_look(growth)))
    created = safe(time_text(tag.created)) or _UNKNOWN
    cells = (
        (shorten(created[: columns.created], columns.created), columns.created),
        (platforms_text(tag.platforms, columns.platforms), columns.platforms),
        (tag.digest.encoded[:DIGEST_WIDTH], columns.digest),
    )
    spans += [Span(" " * _GAP + fit(text, width), "attribute") for text, width in cells if width]
    return tuple(spans)


def _growth_look(growth: int | None) -> str:
    return "attribute" if not growth else "removed" if growth > 0 else "added"


def _name(row: NameRow, width: int) -> Line:
    shown = fit(safe(row.name), width)
    start, end = row.found or (0, 0)
    return Span(shown[:start], "value"), Span(shown[start:end], "value match"), Span(shown[end:], "value")


def tag_details(reference: str, tag: Tag | None, width: int) -> list[Line]:
    """What its manifest and config say, or why they cannot be read."""
    lines = fields((("reference", reference),), width)
    if tag is None:
        return [*lines, (Span("not read yet", "faint"),)]
    if isinstance(tag, Exception):
        return [*lines, (), *problem_lines(tag, width)]
    size = "" if tag.size is None else f"{natural_size(tag.size)}, {count_text(tag.size, 'byte')}"
    return lines + fields(
        (
            ("digest", str(tag.digest)),
            ("media type", tag.media_type),
            ("pull", size),
            ("created", time_text(tag.created)),
            ("platforms", ", ".join(tag.platforms)),
        ),
        width,
    )
