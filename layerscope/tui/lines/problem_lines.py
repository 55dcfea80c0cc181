"""An error as lines: its message, and its hint."""

from layerscope.errors import LayerscopeError
from layerscope.tui.lines.fields import paragraph
from layerscope.tui.lines.spans import Line, safe


def problem_lines(error: LayerscopeError, width: int) -> list[Line]:
    """The message, then an empty line and the hint."""
    lines = paragraph(safe(error.message), width, "value", indent=0)
    if error.hint:
        lines += [(), *paragraph(f"hint: {safe(error.hint)}", width, "label", indent=6)]
    return lines


def one_sentence(error: LayerscopeError) -> str:
    """The message and the hint on one line."""
    return safe(f"{error.message}; {error.hint}" if error.hint else error.message)
