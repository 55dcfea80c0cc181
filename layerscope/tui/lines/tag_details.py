"""The facts of a tag, in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.fields import fields
from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.sizes import count_text, natural_size
from layerscope.tui.lines.spans import Span
from layerscope.tui.lines.times import time_text

if TYPE_CHECKING:
    from layerscope.errors import LayerscopeError
    from layerscope.registry.api.tag_facts import TagFacts
    from layerscope.tui.lines.spans import Line


def tag_details(reference: str, facts: TagFacts | LayerscopeError | None, width: int) -> list[Line]:
    """What its manifest and config say, or why they cannot be had."""
    lines = fields((("reference", reference),), width)
    if facts is None:
        return [*lines, (Span("not read yet", "faint"),)]
    if isinstance(facts, Exception):
        return [*lines, (), *problem_lines(facts, width)]
    size = "" if facts.size is None else f"{natural_size(facts.size)}, {count_text(facts.size, 'byte')}"
    return lines + fields(
        (
            ("digest", str(facts.digest)),
            ("type", facts.media_type),
            ("pull", size),
            ("created", time_text(facts.created)),
            ("platforms", ", ".join(facts.platforms)),
        ),
        width,
    )
