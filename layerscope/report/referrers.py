"""Referrers of an image as rows and as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.report.cells import NONE, digest_cell
from layerscope.report.rows import Row
from layerscope.report.sizes import natural_size
from layerscope.report.table import Column, table

if TYPE_CHECKING:
    from layerscope.registry.api.referrers import Referrer


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
