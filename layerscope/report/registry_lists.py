"""The tags of a repository and the referrers of an image, as rows and as text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import LayerscopeError
from layerscope.report.row import Row
from layerscope.report.table import NONE, Column, digest_cell, natural_size, table, time_cell
from layerscope.report.tag_sizes import changes, signed_size

if TYPE_CHECKING:
    from layerscope.registry.api.referrers import Referrer
    from layerscope.registry.api.tag_summary import TagSummary
_NO_CHANGE: Row = {"previousTag": None, "compressedSizeDelta": None}
_NUMBERS = re.compile(r"(\d+)")


def by_name(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts names as people do: `1.9` before `1.10`."""
    parts = _NUMBERS.split(name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def tag_rows(found: Iterable[tuple[str, TagSummary | LayerscopeError]], order: str = "name") -> list[Row]:
    """The tags as rows; if a tag could not be read, `problem` says why and the other fields are None.

    The order is that of `found`; with `size` the biggest tag comes first, with `created` the newest.
    """
    known = list(found)
    deltas = changes([summary for _, summary in known if not isinstance(summary, LayerscopeError)])
    if order != "name":
        known.sort(key=lambda pair: _rank(pair[1], order))
    return [_tag_row(tag, summary) | deltas.get(tag, _NO_CHANGE) for tag, summary in known]


def _rank(summary: TagSummary | LayerscopeError, order: str) -> float:
    if isinstance(summary, LayerscopeError):
        return math.inf
    return -(summary.size or 0) if order == "size" else -summary.time


def _tag_row(tag: str, summary: TagSummary | LayerscopeError) -> Row:
    if isinstance(summary, LayerscopeError):
        unknown = dict.fromkeys(("digest", "mediaType", "compressedSize", "created"))
        return {"tag": tag, **unknown, "platforms": [], "problem": summary.message}
    return {
        "tag": tag,
        "digest": str(summary.digest),
        "mediaType": summary.media_type,
        "compressedSize": summary.size,
        "created": summary.created or None,
        "platforms": list(summary.platforms),
        "problem": None,
    }


def tag_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """One line per tag; the change is that of the pull size since the tag before, in the order of creation."""
    columns = (
        Column("tag"),
        Column("digest"),
        Column("pull", is_figure=True),
        Column("change", is_figure=True),
        Column("created"),
        Column("platforms"),
    )
    cells = [
        (
            row["tag"],
            digest_cell(row["digest"], short=bool(width)),
            NONE if row["compressedSize"] is None else natural_size(row["compressedSize"]),
            signed_size(row["compressedSizeDelta"]),
            time_cell(row["created"]),
            ", ".join(row["platforms"]) or NONE,
        )
        for row in rows
    ]
    return table(columns, cells, width)


def referrer_rows(found: Sequence[Referrer]) -> list[Row]:
    """Referrers as rows; `size` is that of the referrer's manifest."""
    return [
        {
            "kind": referrer.kind,
            "digest": str(referrer.descriptor.digest),
            "mediaType": referrer.descriptor.media_type,
            "artifactType": referrer.descriptor.artifact_type or None,
            "size": referrer.descriptor.size,
            "tag": referrer.tag or None,
            "annotations": dict(referrer.descriptor.annotations),
        }
        for referrer in found
    ]


def referrer_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """One line per referrer."""
    if not rows:
        return ["nothing is attached to the image"]
    columns = (Column("digest"), Column("size", is_figure=True), Column("tag"), Column("kind"))
    cells = [
        (
            digest_cell(row["digest"], short=bool(width)),
            natural_size(row["size"]),
            row["tag"] or NONE,
            display(row["kind"]) or NONE,
        )
        for row in rows
    ]
    return table(columns, cells, width)
