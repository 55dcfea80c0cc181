"""How the content of a file differs between two images."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError
from layerscope.tui.lines.fields import count_text, dim_line, heading
from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.spans import Line, Span, safe, shorten

if TYPE_CHECKING:
    from layerscope.content.file_diff import ContentDiff

MOST_LINES = 2000
"""Lines that are shown; `layerscope diff A B PATH` prints all."""
_LONGEST = 2000
"""Bytes of a line that are shown."""
_LOOKS = {b"+": "added", b"-": "removed", b"@": "label", b"\\": "faint"}


def content_lines(content: ContentDiff | LayerscopeError | None, width: int) -> list[Line]:
    """A unified diff, or why there is none; without a content, it is still being read."""
    return [*heading("Content, from A to B"), *_body(content, width)]


def _body(content: ContentDiff | LayerscopeError | None, width: int) -> list[Line]:
    if content is None:
        return dim_line("reading the file; esc gives up")
    if isinstance(content, LayerscopeError):
        return problem_lines(content, width)
    if content.lines is not None:
        return _diff(content.lines, width)
    if content.first_difference is None:
        return dim_line("the contents are equal")
    return dim_line(f"binary or too large; the first difference is at offset {content.first_difference:,}")


def _diff(lines: tuple[bytes, ...], width: int) -> list[Line]:
    shown: list[Line] = [
        (Span(shorten(safe(line[:_LONGEST].removesuffix(b"\n")), width), _LOOKS.get(line[:1], "value")),)
        for line in islice(lines, MOST_LINES)
    ]
    if len(lines) > len(shown):
        more = count_text(len(lines) - len(shown), "more line")
        shown += dim_line(f"{more}; ctrl+y in the files copies the command that prints all")
    return shown
