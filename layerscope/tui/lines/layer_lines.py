"""The layers pane: one line for every step of the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.report.instruction import instruction
from layerscope.tui.lines.bars import progress_bar, split_bar
from layerscope.tui.lines.sizes import SIZE_WIDTH, natural_size
from layerscope.tui.lines.spans import Line, Span, fit, safe

if TYPE_CHECKING:
    from layerscope.tui.lines.glyphs import Glyphs

BAR_WIDTH = 6
_WIDTH_FOR_SIZES = 26
_WIDTH_FOR_BARS = 36
_COMMAND_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class LayerLine:
    """What one line tells; sizes in bytes, None while they are not known. `number` is None for an empty step."""

    number: int | None
    command: str
    pull_size: int = 0
    received_size: int = 0
    size: int | None = None
    live_size: int | None = None
    failure: str = ""
    compared: bool = False
    is_mark: bool = False


def layer_heading(width: int) -> Line:
    """The heads of the columns."""
    text = f" {'#':>3}  {'pull':>{SIZE_WIDTH}}"
    if width >= _WIDTH_FOR_SIZES:
        text += f"  {'size':>{SIZE_WIDTH}}"
    if width >= _WIDTH_FOR_BARS:
        text += f"  {'live':<{BAR_WIDTH}}"
    return (Span(fit(f"{text}  instruction", width), "heading"),)


def layer_line(line: LayerLine, width: int, glyphs: Glyphs) -> Line:
    """One step: mark of the compared range, number, pull size, size, bar, instruction."""
    gutter = glyphs.marked if line.compared else " "
    command = safe(instruction(line.command[:_COMMAND_LIMIT]))
    if line.number is None:
        indent = len(layer_heading(width)[0].text.rstrip()) - len("instruction")
        text = f"{fit('-', 3, right=True)}{' ' * max(indent - 4, 2)}{command}"
        return Span(gutter, "compared"), Span(fit(text, width - 1), "faint")
    spans = [
        Span(gutter, "compared"),
        Span(fit(f"{line.number}{'*' if line.is_mark else ''}", 3, right=True), "number"),
        Span("  "),
        Span(fit(natural_size(line.pull_size), SIZE_WIDTH, right=True), "size"),
    ]
    if width >= _WIDTH_FOR_SIZES:
        spans += [Span("  "), _size(line)]
    if width >= _WIDTH_FOR_BARS:
        spans += [Span("  "), *_bar(line, glyphs)]
    spans.append(Span("  "))
    used = sum(len(span.text) for span in spans)
    return *spans, Span(fit(command, max(width - used, 0)), "command")


def _size(line: LayerLine) -> Span:
    if line.failure:
        return Span(fit(line.failure, SIZE_WIDTH, right=True), "failure")
    if line.size is None:
        return Span(" " * SIZE_WIDTH)
    return Span(fit(natural_size(line.size), SIZE_WIDTH, right=True), "size")


def _bar(line: LayerLine, glyphs: Glyphs) -> tuple[Span, ...]:
    if line.size is None and not line.failure:
        return progress_bar(line.received_size, line.pull_size, BAR_WIDTH, glyphs)
    if line.live_size is None or line.size is None:
        return (Span(" " * BAR_WIDTH),)
    return split_bar(line.live_size, line.size - line.live_size, BAR_WIDTH, glyphs)
