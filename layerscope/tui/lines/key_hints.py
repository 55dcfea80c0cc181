"""Keys in the footer."""

from collections.abc import Sequence

from layerscope.tui.lines.spans import Line, Span, line_width


def key_hints(entries: Sequence[tuple[str, str, str]], progress: Line, width: int) -> Line:
    """As many keys as fit beside the progress, with their words and actions; the last two always."""
    space = width - line_width(progress) - 1
    hints = [_hint(*entry) for entry in entries]
    while len(hints) > 2 and sum(map(line_width, hints)) > space:
        del hints[-3]
    keys = tuple(span for hint in hints for span in hint)
    return *keys, Span(" " * max(space - line_width(keys), 0)), *progress


def _hint(key: str, word: str, action: str) -> Line:
    click = f"@screen.run('{action}')"
    return Span(" "), Span(key, f"key {click}"), Span(f" {word}", f"label {click}"), Span(" ")
