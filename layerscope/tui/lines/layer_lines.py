"""The layers pane: one line for every step of the history."""

from layerscope.report.instruction import instruction_parts
from layerscope.report.table import UNKNOWN, signed_size
from layerscope.tui.lines.bars import layer_bar, progress_bar
from layerscope.tui.lines.fields import SIZE_WIDTH, natural_size
from layerscope.tui.lines.gap import MORE
from layerscope.tui.lines.glyphs import COMPARED, MARKED
from layerscope.tui.lines.spans import Line, Span, crop, fit, line_width, safe
from layerscope.tui.rows.browser import LayerRow
from layerscope.tui.rows.steps import Sign

_WIDTH_FOR_PULL = 38
_WIDTH_FOR_BARS = 44
_SHORTEST_BAR, _LONGEST_BAR = 6, 20
_BAR_SHARE = 8
"""Of this many more cells, the bar gets two, and the instruction the others."""
SQUASHED = "="
BASE_ENDS = "base ends here: "
_COMMAND_LIMIT = 2000
SIGN_WIDTH = 2
_SIGN_LOOKS = {Sign.BOTH: "faint", Sign.BASE: "removed", Sign.IMAGE: "added"}


def layer_heading(width: int, *, in_pair: bool = False) -> Line:
    """The heads of the columns; of two images, signs stand before them."""
    signs = " " * SIGN_WIDTH if in_pair else ""
    return (Span(fit(f"{signs}{_heads(width - len(signs))}instruction", width), "heading"),)


def bar_width(width: int) -> int:
    """The cells of a bar in a pane of this width."""
    return min(_SHORTEST_BAR + 2 * max(width - _WIDTH_FOR_BARS, 0) // _BAR_SHARE, _LONGEST_BAR)


def _heads(width: int) -> str:
    """The heads of all columns but the instruction."""
    text = f" {'#':>3}"
    if width >= _WIDTH_FOR_PULL:
        text += f"  {'pull':>{SIZE_WIDTH}}"
    text += f"  {'size':>{SIZE_WIDTH}}"
    if width >= _WIDTH_FOR_BARS:
        text += f"  {'share':<{bar_width(width)}}"
    return text + "  "


def layer_line(row: LayerRow, width: int) -> Line:
    """One step: sign of the compared range, number, pull size, size, bar, instruction."""
    gutter = Span(COMPARED if row.compared else " ", "compared")
    if row.pair_title:
        return gutter, *_pair_line(row, width - 1)
    if row.sign:
        sign = Span(f"{row.sign} ", _SIGN_LOOKS[row.sign])
        return gutter, sign, *_step_line(row, width - 1 - SIGN_WIDTH)
    return gutter, *_step_line(row, width - 1)


def _pair_line(row: LayerRow, width: int) -> Line:
    """The comparison of two images: what it costs to pull the second one, and how much it grew."""
    spans = [Span(" " * (SIGN_WIDTH + 3))]
    space = width - SIGN_WIDTH
    if space >= _WIDTH_FOR_PULL - 1:
        pull = natural_size(row.compressed_size) if row.is_pull_known else UNKNOWN
        spans += [Span("  "), Span(fit(pull, SIZE_WIDTH, right=True), "size")]
    growth = "" if row.growth is None else signed_size(row.growth)
    bar = 2 + bar_width(space + 1) if space >= _WIDTH_FOR_BARS - 1 else 0
    spans += [Span(" "), Span(fit(growth, SIZE_WIDTH + 1, right=True) + " " * bar, "size"), Span("  ")]
    used = sum(len(span.text) for span in spans)
    return *spans, Span(fit(row.pair_title, max(width - used, 0)), "title")


def _step_line(row: LayerRow, width: int) -> Line:
    """The same of one step, without the sign of the range."""
    columns = step_columns(row, width)
    space = max(width - sum(len(span.text) for span in columns), 0)
    return *columns, *_command(row, space)


def step_columns(row: LayerRow, width: int) -> Line:
    """What stands before the instruction: number, pull size, size, bar."""
    width += 1
    if row.number is None:
        return (Span("  -".ljust(len(_heads(width)) - 1), "faint"),)
    spans = [
        Span(fit(f"{row.number}{'*' if row.is_anchor else ''}", 3, right=True), "number"),
    ]
    spans.append(Span(MARKED if row.is_dropped else SQUASHED if row.is_squashed else " ", "marked"))
    if width >= _WIDTH_FOR_PULL:
        pull = natural_size(row.compressed_size) if row.is_pull_known else UNKNOWN
        spans += [Span(" "), Span(fit(pull, SIZE_WIDTH, right=True), "size"), Span(" ")]
    spans += [Span(" "), *_outcome(row, bar_width(width) if width >= _WIDTH_FOR_BARS else 0), Span("  ")]
    return tuple(spans)


def _command(row: LayerRow, width: int) -> Line:
    """The instruction; its build arguments are dim."""
    command, arguments = map(safe, instruction_parts(row.command[:_COMMAND_LIMIT]))
    base = (Span(BASE_ENDS, "title"),) if row.ends_base else ()
    line = crop(
        (*base, Span(command, "faint" if row.number is None else "command"), Span(f" {arguments}", "faint")), width
    )
    return *line, Span(" " * (width - line_width(line)))


def _outcome(row: LayerRow, bar: int) -> tuple[Span, ...]:
    """Size and bar; or why there are none, in a word that is never cut. A `+` follows the size of a part."""
    if row.is_partial and row.size is not None and bar:
        return Span(f"{natural_size(row.size):>{SIZE_WIDTH}}{MORE} ", "size"), Span(row.failure.ljust(bar), "failure")
    if row.failure:
        cells = SIZE_WIDTH + (2 + bar if bar else 0)
        return (Span(row.failure.rjust(SIZE_WIDTH).ljust(cells), "failure"),)
    size = _size(row, shown_by_bar=bar > 0)
    return (size, Span("  "), *_bar(row, bar)) if bar else (size,)


def _size(row: LayerRow, *, shown_by_bar: bool) -> Span:
    if row.size is None:
        share = "" if shown_by_bar or not row.received_size else f"{100 * row.received_size // row.compressed_size} %"
        return Span(fit(share, SIZE_WIDTH, right=True), "progress")
    return Span(fit(natural_size(row.size), SIZE_WIDTH, right=True), "size")


def _bar(row: LayerRow, width: int) -> tuple[Span, ...]:
    if row.size is None:
        return progress_bar(row.received_size, row.compressed_size, width)
    if row.live_size is None or row.image_size is None:
        return (Span(" " * width),)
    return layer_bar(row.live_size, row.size - row.live_size, row.image_size, width)
