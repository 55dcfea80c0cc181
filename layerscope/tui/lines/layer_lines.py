"""The layers pane: one line for every step of the history."""

from layerscope.report.instruction import instruction
from layerscope.report.table import UNKNOWN
from layerscope.tui.lines.bars import progress_bar, split_bar
from layerscope.tui.lines.fields import SIZE_WIDTH, natural_size
from layerscope.tui.lines.glyphs import COMPARED
from layerscope.tui.lines.spans import Line, Span, fit, safe
from layerscope.tui.rows.browser import LayerRow

BAR_WIDTH = 6
_WIDTH_FOR_PULL = 38
_WIDTH_FOR_BARS = 44
_COMMAND_LIMIT = 2000


def layer_heading(width: int) -> Line:
    """The heads of the columns."""
    return (Span(fit(f"{_heads(width)}instruction", width), "heading"),)


def _heads(width: int) -> str:
    """The heads of all columns but the instruction."""
    text = f" {'#':>3}"
    if width >= _WIDTH_FOR_PULL:
        text += f"  {'pull':>{SIZE_WIDTH}}"
    text += f"  {'size':>{SIZE_WIDTH}}"
    if width >= _WIDTH_FOR_BARS:
        text += f"  {'live':<{BAR_WIDTH}}"
    return text + "  "


def layer_line(row: LayerRow, width: int) -> Line:
    """One step: mark of the compared range, number, pull size, size, bar, instruction."""
    gutter = COMPARED if row.compared else " "
    command = safe(instruction(row.command[:_COMMAND_LIMIT]))
    if row.number is None:
        text = "  -".ljust(len(_heads(width)) - 1) + command
        return Span(gutter, "compared"), Span(fit(text, width - 1), "faint")
    spans = [
        Span(gutter, "compared"),
        Span(fit(f"{row.number}{'*' if row.is_mark else ''}", 3, right=True), "number"),
    ]
    if width >= _WIDTH_FOR_PULL:
        pull = natural_size(row.compressed_size) if row.is_pull_known else UNKNOWN
        spans += [Span("  "), Span(fit(pull, SIZE_WIDTH, right=True), "size")]
    spans += [Span("  "), *_outcome(row, with_bar=width >= _WIDTH_FOR_BARS), Span("  ")]
    used = sum(len(span.text) for span in spans)
    return *spans, Span(fit(command, max(width - used, 0)), "command")


def _outcome(row: LayerRow, *, with_bar: bool) -> tuple[Span, ...]:
    """Size and bar; or why there are none, in a word that is never cut."""
    if row.failure:
        cells = SIZE_WIDTH + (2 + BAR_WIDTH if with_bar else 0)
        return (Span(row.failure.rjust(SIZE_WIDTH).ljust(cells), "failure"),)
    size = _size(row, shown_by_bar=with_bar)
    return (size, Span("  "), *_bar(row)) if with_bar else (size,)


def _size(row: LayerRow, *, shown_by_bar: bool) -> Span:
    if row.size is None:
        share = "" if shown_by_bar or not row.received_size else f"{100 * row.received_size // row.compressed_size} %"
        return Span(fit(share, SIZE_WIDTH, right=True), "progress")
    return Span(fit(natural_size(row.size), SIZE_WIDTH, right=True), "size")


def _bar(row: LayerRow) -> tuple[Span, ...]:
    if row.size is None:
        return progress_bar(row.received_size, row.compressed_size, BAR_WIDTH)
    if row.live_size is None:
        return (Span(" " * BAR_WIDTH),)
    return split_bar(row.live_size, row.size - row.live_size, BAR_WIDTH)
