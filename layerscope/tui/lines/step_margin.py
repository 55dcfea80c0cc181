"""What stands beside a step of a Dockerfile: its layer and the sizes, in colours that say how much it costs."""

from layerscope.report.table import UNKNOWN
from layerscope.tui.lines.fields import SIZE_WIDTH, natural_size
from layerscope.tui.lines.spans import Line, Span
from layerscope.tui.rows.browser import LayerRow

_WIDTH_FOR_PULL, _WIDTH_FOR_WASTE = 54, 64
_HOT, _WARM = 4, 20
"""A size is hot if it is more than this part of the image; warm likewise."""


def margin_width(width: int) -> int:
    """The cells of the margin in a pane of this width."""
    return len(margin_heading(width))


def margin_heading(width: int) -> str:
    """The heads of the columns."""
    return "".join(f"{head:>{cells}}" for head, cells in _columns(width)) + "  "


def step_margin(row: LayerRow, width: int) -> Line:
    """The layer of a step, its pull, its size, and what of it is wasted; nothing if it made no layer."""
    if row.number is None:
        return ()
    cells = {"#": Span(str(row.number), "number"), "pull": _pull(row), "size": _size(row), "wasted": _wasted(row)}
    return tuple(Span(f"{cells[head].text:>{space}}", cells[head].style) for head, space in _columns(width))


def _columns(width: int) -> list[tuple[str, int]]:
    names = ["pull"] * (width >= _WIDTH_FOR_PULL) + ["size"] + ["wasted"] * (width >= _WIDTH_FOR_WASTE)
    return [("#", 3), *((name, SIZE_WIDTH + 2) for name in names)]


def _pull(row: LayerRow) -> Span:
    return Span(natural_size(row.compressed_size) if row.is_pull_known else UNKNOWN, "size")


def _size(row: LayerRow) -> Span:
    if row.failure:
        return Span(row.failure[: SIZE_WIDTH + 1], "failure")
    if row.size is None:
        share = 100 * row.received_size // row.compressed_size if row.received_size else 0
        return Span(f"{share} %", "progress")
    return Span(natural_size(row.size), _heat(row.size, row.image_size))


def _wasted(row: LayerRow) -> Span:
    wasted = 0 if row.size is None or row.live_size is None else row.size - row.live_size
    return Span(natural_size(wasted), _heat(wasted, row.image_size)) if wasted else Span("")


def _heat(size: int, whole: int | None) -> str:
    """The style of a size: a large part of the image stands out."""
    if not whole or size * _WARM < whole:
        return "size"
    return "bad" if size * _HOT >= whole else "warning"
