"""Keys in the footer, from the keymap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.keymap import key_name
from layerscope.tui.lines.spans import Line, Span, line_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerscope.tui.keymap import Key


def key_hints(entries: Sequence[Key], progress: Line, width: int) -> Line:
    """Keys, as many as have room beside the progress; the last ones, help and quit, always."""
    space = width - line_width(progress) - 1
    hints = [_hint(entry) for entry in entries]
    while len(hints) > 2 and sum(map(line_width, hints)) > space:
        del hints[-3]
    keys = tuple(span for hint in hints for span in hint)
    return *keys, Span(" " * max(space - line_width(keys), 0)), *progress


def _hint(entry: Key) -> Line:
    click = f"@screen.run('{entry.action}')"
    key = key_name(entry.keys[0])
    return Span(" "), Span(key, f"key {click}"), Span(f" {entry.short}", f"label {click}"), Span(" ")
