"""The pull sizes of the tags of a repository: how they changed over time, and what one tag costs on top of another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from layerscope.report.row import Row
from layerscope.report.table import NONE, Column, cell_width, cut, natural_size, table

if TYPE_CHECKING:
    from layerscope.registry.api.tag_summary import TagSummary

MATRIX_COUNT = 12
"""Tags in a matrix of text; each takes a column."""

_EIGHTHS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589\u2588"
_BAR_WIDTH = 30
_LONGEST_TAG = 30


def over_time(tags: Sequence[TagSummary]) -> list[TagSummary]:
    """The tags with a known size, oldest image first; in the order of `tags` if an image has no creation time.

    Reproducible builds give all images one time; then the order of `tags` is kept too.
    """
    known = [tag for tag in tags if tag.size is not None]
    if any(tag.time == -math.inf for tag in known):
        return known
    return sorted(known, key=lambda tag: tag.time)


def changes(tags: Sequence[TagSummary]) -> dict[str, Row]:
    """For each tag the tag before it, `previousTag`, and the change of the pull size since then, in bytes."""
    known = over_time(tags)
    found: dict[str, Row] = {}
    for before, tag in zip((None, *known), known, strict=False):
        delta = None if before is None else (tag.size or 0) - (before.size or 0)
        found[tag.tag] = {"previousTag": before.tag if before else None, "compressedSizeDelta": delta}
    return found


def signed_size(delta: int | None) -> str:
    """A change in bytes as `+1.20 MB`, `-3 B` or `=`; a dash if it is unknown."""
    if delta is None:
        return NONE
    return f"{'+' if delta > 0 else '-'}{natural_size(abs(delta))}" if delta else "="


def plot_lines(tags: Sequence[TagSummary], width: int | None = None) -> list[str]:
    """A bar for each tag, oldest first: its pull size, and the change since the tag before."""
    known = over_time(tags)
    if not known:
        return ["no tag has an image for the platform"]
    deltas = changes(tags)
    cells = [
        (cut(tag.tag, _LONGEST_TAG), natural_size(tag.size or 0), signed_size(deltas[tag.tag]["compressedSizeDelta"]))
        for tag in known
    ]
    columns = (Column("tag"), Column("pull", is_figure=True), Column("change", is_figure=True))
    heading, *lines = table(columns, cells)
    longest = max(map(cell_width, [heading, *lines]))
    room = max((width or longest + 2 + _BAR_WIDTH) - longest - 2, 4)
    biggest = max(tag.size or 0 for tag in known)
    bars = (bar(tag.size or 0, biggest, room) for tag in known)
    return [
        heading,
        *(
            f"{line}{' ' * (longest - cell_width(line))}  {drawn}".rstrip()
            for line, drawn in zip(lines, bars, strict=True)
        ),
    ]


def bar(part: int, whole: int, width: int) -> str:
    """The share of the part in the whole as a bar, exact to an eighth of a cell; what is not 0 is visible."""
    eighths = max(round(8 * width * part / whole), 1) if part else 0
    full, rest = divmod(eighths, 8)
    return _EIGHTHS[8] * full + (_EIGHTHS[rest] if rest else "")


def matrix_rows(tags: Sequence[TagSummary]) -> list[Row]:
    """For each pair of tags the bytes to pull for `tag` if one has `having`: its layers that `having` does not have."""
    known = over_time(tags)
    return [
        {"having": before.tag, "tag": tag.tag, "pullSize": pull_size(before, tag)}
        for before in known
        for tag in known
        if before is not tag
    ]


def pull_size(before: TagSummary, tag: TagSummary) -> int:
    """The bytes of the layers of `tag` that `before` does not have."""
    return sum(size for digest, size in tag.layers.items() if digest not in before.layers)


def matrix_lines(tags: Sequence[TagSummary]) -> list[str]:
    """A table: one line for each tag that one has, one column for each tag to pull; only the newest tags."""
    shown = over_time(tags)[-MATRIX_COUNT:]
    columns = (Column("already pulled"), *(Column(cut(tag.tag, _LONGEST_TAG), is_figure=True) for tag in shown))
    cells = [("nothing", *(natural_size(sum(tag.layers.values())) for tag in shown))]
    cells += [
        (
            cut(before.tag, _LONGEST_TAG),
            *(NONE if tag is before else natural_size(pull_size(before, tag)) for tag in shown),
        )
        for before in shown
    ]
    return table(columns, cells)
