"""The layers pane: one line for every step of the history."""

from __future__ import annotations

from dataclasses import dataclass

from layerscope.report.instruction import instruction
from layerscope.tui.lines.bars import progress_bar, split_bar
from layerscope.tui.lines.glyphs import COMPARED
from layerscope.tui.lines.sizes import SIZE_WIDTH, natural_size
from layerscope.tui.lines.spans import Line, Span, fit, safe

BAR_WIDTH = 6
_WIDTH_FOR_PULL = 38
_WIDTH_FOR_BARS = 44
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
    return (Span(fit(f"{_heads(width)}instruction", width), "heading"),)


def _heads(width: int) -> str:
    """The heads before that of the instruction."""
    text = f" {'#':>3}"
    if width >= _WIDTH_FOR_PULL:
        text += f"  {'pull':>{SIZE_WIDTH}}"
    text += f"  {'size':>{SIZE_WIDTH}}"
    if width >= _WIDTH_FOR_BARS:
        text += f"  {'live':<{BAR_WIDTH}}"
    return text + "  "


def layer_line(line: LayerLine, width: int) -> Line:
    """One step: mark of the compared range, number, pull size, size, bar, instruction."""
    gutter = COMPARED if line.compared else " "
    command = safe(instruction(line.command[:_COMMAND_LIMIT]))
    if line.number is None:
        text = "  -".ljust(len(_heads(width)) - 1) + command
        return Span(gutter, "compared"), Span(fit(text, width - 1), "faint")
    spans = [
        Span(gutter, "compared"),
        Span(fit(f"{line.number}{'*' if line.is_mark else ''}", 3, right=True), "number"),
    ]
    if width >= _WIDTH_FOR_PULL:
        spans += [Span("  "), Span(fit(natural_size(line.pull_size), SIZE_WIDTH, right=True), "size")]
    spans += [Span("  "), *_outcome(line, with_bar=width >= _WIDTH_FOR_BARS), Span("  ")]
    used = sum(len(span.text) for span in spans)
    return *spans, Span(fit(command, max(width - used, 0)), "command")


def _outcome(line: LayerLine, *, with_bar: bool) -> tuple[Span, ...]:
    """Size and bar, or in their place why there are none: in a word that is never cut."""
    if line.failure:
        cells = SIZE_WIDTH + (2 + BAR_WIDTH if with_bar else 0)
        return (Span(line.failure.rjust(SIZE_WIDTH).ljust(cells), "failure"),)
    size = _size(line, told_by_bar=with_bar)
    return (size, Span("  "), *_bar(line)) if with_bar else (size,)


def _size(line: LayerLine, *, told_by_bar: bool) -> Span:
    if line.size is None:
        share = "" if told_by_bar or not line.received_size else f"{100 * line.received_size // line.pull_size} %"
        return Span(fit(share, SIZE_WIDTH, right=True), "progress")
    return Span(fit(natural_size(line.size), SIZE_WIDTH, right=True), "size")


def _bar(line: LayerLine) -> tuple[Span, ...]:
    if line.size is None:
        return progress_bar(line.received_size, line.pull_size, BAR_WIDTH)
    if line.live_size is None:
        return (Span(" " * BAR_WIDTH),)
    return split_bar(line.live_size, line.size - line.live_size, BAR_WIDTH)
