"""The build as a Dockerfile, with the sizes of the layer of each step beside it."""

from collections.abc import Container, Iterator, Sequence

from layerscope.blobs.provenance import BuildSource
from layerscope.display import display_lines
from layerscope.report.instruction import arguments_comment, dockerfile_lines
from layerscope.report.row import Row
from layerscope.report.table import NONE, Column, natural_size, pull_cell, table

_COLUMNS = (
    Column("layer", is_figure=True),
    Column("pull", is_figure=True),
    Column("size", is_figure=True),
    Column("wasted", is_figure=True),
    Column("instruction"),
)
_DEAD = ("overwrittenSize", "deletedSize", "shadowedSize")


def dockerfile(steps: Sequence[Row]) -> list[str]:
    """The lines of the Dockerfile that the steps of the history, oldest first, come from; without sizes."""
    return [line for step in steps for line in step_lines(step)]


def dockerfile_table(
    steps: Sequence[Row], width: int | None = None, *, unread: Container[int] = frozenset()
) -> list[str]:
    """The lines of the Dockerfile beside the sizes of the layers; the sizes of an `unread` layer are unknown."""
    return table(_COLUMNS, list(_cells(steps, unread)), width)


def source_table(
    source: BuildSource, steps: Sequence[Row], width: int | None = None, *, unread: Container[int] = frozenset()
) -> list[str]:
    """The lines of the Dockerfile itself, beside the sizes of the layers that their instructions made."""
    by_layer = {step["layer"]: step for step in steps if step["layer"] is not None}
    cells = []
    for number, line in enumerate(source_lines(source), 1):
        step = by_layer.get(source.layers.get(number, -1))
        sizes = _sizes(step, is_read=step["layer"] not in unread) if step else ("", "", "", "")
        cells.append((*sizes, line))
    return table(_COLUMNS, cells, width)


def source_lines(source: BuildSource) -> list[str]:
    """The lines of the Dockerfile itself, safe for display."""
    return display_lines(source.data.decode("utf-8", "surrogateescape").removesuffix("\n"))


def step_lines(step: Row) -> list[str]:
    """The lines of one step; build arguments, which are in the image but in no instruction, are a comment."""
    comment = arguments_comment(step["command"])
    lines = dockerfile_lines(step["command"]) if step["command"] else ["# an unknown step: it has no history"]
    return [comment, *lines] if comment else lines


def _cells(steps: Sequence[Row], unread: Container[int]) -> Iterator[tuple[str, ...]]:
    for step in steps:
        first, *more = step_lines(step) or [""]
        yield (*_sizes(step, is_read=step["layer"] not in unread), first)
        yield from (("", "", "", "", line) for line in more)


def _sizes(step: Row, *, is_read: bool) -> tuple[str, ...]:
    if step["layer"] is None:
        return NONE, NONE, NONE, NONE
    wasted = sum(step[name] for name in _DEAD)
    size, dead = (natural_size(step["size"]), natural_size(wasted) if wasted else NONE) if is_read else (NONE, NONE)
    return str(step["layer"]), pull_cell(step), size, dead
