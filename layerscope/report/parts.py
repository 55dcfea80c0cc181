"""The parts of an image, documents and blobs, with the status of each, as text."""

from collections.abc import Sequence

from layerscope.display import display
from layerscope.report.cells import NONE, digest_cell
from layerscope.report.rows import Row
from layerscope.report.sizes import natural_size
from layerscope.report.table import Column, table


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
