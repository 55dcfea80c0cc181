"""The parts of an image, documents and blobs, with the status of each, as rows and as text."""

from collections.abc import Sequence

from layerscope.content.inventory import Part
from layerscope.display import display
from layerscope.report.row import Row
from layerscope.report.table import NONE, Column, digest_cell, natural_size, table


def part_row(part: Part) -> Row:
    """A part with its status. Only layers have `index` and `diffId`; `platform` and `artifact` are of the image."""
    layer = part.layer if part.kind == "layer" else None
    return {
        "kind": part.kind,
        "index": layer.number if layer else None,
        "digest": str(part.descriptor.digest),
        "diffId": str(layer.diff_id) if layer and layer.diff_id else None,
        "size": part.descriptor.size,
        "platform": part.owner.platform or None,
        "artifact": part.owner.artifact or None,
        "status": str(part.status),
        "problem": part.problem or None,
    }


def part_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """One line per part; the platform of each part is added if there are several."""
    owners = [" ".join(filter(None, (row["platform"], row["artifact"]))) for row in rows]
    several = len(set(owners)) > 1
    columns = (
        *([Column("platform")] if several else []),
        Column("part"),
        Column("digest"),
        Column("size", is_figure=True),
        Column("status"),
        Column("problem"),
    )
    cells = [
        (
            *([display(owner) or NONE] if several else []),
            row["kind"] if row["index"] is None else f"layer {row['index']}",
            digest_cell(row["digest"], short=bool(width)),
            NONE if row["size"] is None else natural_size(row["size"]),
            row["status"],
            row["problem"] or "",
        )
        for row, owner in zip(rows, owners, strict=True)
    ]
    return table(columns, cells, width)
