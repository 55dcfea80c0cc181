"""Blocks of lines: headings, labelled values and wrapped text, and numbers and times as people read them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from layerscope.report.table import natural_size, percent
from layerscope.tui.cells import cell_width, resized
from layerscope.tui.lines.spans import Line, Span, safe

SIZE_WIDTH = 7
"""Cells that `natural_size` needs at most."""


def count_text(count: int, noun: str) -> str:
    """`1 layer`, `7 layers`, `313,402 entries`."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}{'es' if noun.endswith('ch') else 's'}"


__all__ = ["SIZE_WIDTH", "count_text", "natural_size", "percent"]


def time_text(created: str) -> str:
    """RFC 3339 text as `2024-05-01 12:30:00 UTC`; anything else unchanged."""
    try:
        return _spell(datetime.fromisoformat(created))
    except (ValueError, OverflowError):
        return created


def mtime_text(seconds: int) -> str:
    """Seconds since the epoch in the same form; a number outside the calendar stays a number."""
    try:
        return _spell(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s since 1970"


def _spell(moment: datetime) -> str:
    if moment.tzinfo is None:
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


LABEL_WIDTH = 12
_NARROWEST = 8
LONGEST = 10_000
"""Characters that are shown of one text: some labels and comments have a megabyte."""


def heading(text: str) -> list[Line]:
    """A blank line and a title."""
    return [(), (Span(text, "heading"),)]


def field(label: str, value: str, width: int, style: str = "value") -> list[Line]:
    """A label and its value, which wraps in its own column."""
    lines = wrap(value, max(width - LABEL_WIDTH, _NARROWEST)) or [""]
    labels = [label, *[""] * (len(lines) - 1)]
    return [
        (Span(name.ljust(LABEL_WIDTH), "label"), Span(line, style)) for name, line in zip(labels, lines, strict=True)
    ]


def value_at(lines: Sequence[Line], row: int) -> str:
    """The whole value that `field` put on a row; of other text, the row itself."""
    if not 0 <= row < len(lines) or not lines[row]:
        return ""
    if not _is_field(lines[row]):
        return "".join(span.text for span in lines[row]).strip()
    start = row
    while not lines[start][0].text.strip() and start and _is_field(lines[start - 1]):
        start -= 1
    parts = [lines[start][1].text]
    for line in lines[start + 1 :]:
        if not _is_field(line) or line[0].text.strip():
            break
        parts.append(line[1].text)
    longest = max(map(len, parts))
    return "".join(part if len(part) == longest else f"{part} " for part in parts).strip()


def _is_field(line: Line) -> bool:
    return len(line) == 2 and line[0].style == "label" and len(line[0].text) == LABEL_WIDTH


def fields(rows: Iterable[tuple[str, str]], width: int) -> list[Line]:
    """Labelled values; those without a value are left out."""
    return [line for label, value in rows if value for line in field(label, safe(value), width)]


def paragraph(text: str, width: int, style: str = "", *, indent: int = 2) -> list[Line]:
    """Safe text, wrapped; the lines after the first are indented."""
    first, *rest = wrap(text, max(width, _NARROWEST), indent) or [""]
    return [(Span(first, style),), *((Span(" " * indent + line, style),) for line in rest)]


def placeholder(text: str, width: int) -> list[Line]:
    """The wrapped reason why a pane is empty."""
    return [(Span(f"  {line}", "faint"),) for line in wrap(text, max(width - 2, _NARROWEST))]


def wrap(text: str, width: int, indent: int = 0) -> list[str]:
    """The text in lines of at most `width` cells, broken at spaces; a word longer than a line is broken too.

    Lines after the first leave room for an indent.
    """
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    lines: list[str] = []
    space = width
    while cell_width(text) > space:
        head = resized(text, space).rstrip()
        cut = head.rfind(" ") if text[len(head) : len(head) + 1] != " " else len(head)
        cut = cut if cut > space // 3 else max(len(head), 1)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
        space = max(width - indent, 1)
    return [*lines, text] if text else lines


def dim_line(text: str) -> list[Line]:
    """One dim line, shown instead of content."""
    return [(Span(text, "faint"),)]
