"""The details of a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.fields import fields
from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.sizes import count_text, natural_size
from layerscope.tui.lines.spans import Span
from layerscope.tui.lines.times import time_text

if TYPE_CHECKING:
    from layerscope.tui.lines.spans import Line
    from layerscope.tui.state.name_list import Tag


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
            ("type", tag.media_type),
            ("pull", size),
            ("created", time_text(tag.created)),
            ("platforms", ", ".join(tag.platforms)),
        ),
        width,
    )
