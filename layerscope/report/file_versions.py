"""File versions as rows and as text: those that a query finds, and all versions of one path."""

import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from layerscope.display import display
from layerscope.errors import NotFound
from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.ownership import UNOWNED
from layerscope.filesystem.versions import Fate
from layerscope.insight.analysis import Analysis
from layerscope.insight.fates import FATE_NAMES
from layerscope.layers.layer_index import EntryType
from layerscope.report.failures import incomplete
from layerscope.report.files import version_rows
from layerscope.report.instruction import instruction
from layerscope.report.long_listing import time_text
from layerscope.report.row import Row
from layerscope.report.rows import gap_of
from layerscope.report.selection import cleaned
from layerscope.report.table import NONE, Column, cut_start, natural_size, part_of_pull, pull_cell, table

ORDERS = ("size", "pull", "path", "layer", "time")
_FOUND_COLUMNS = (
    Column("size", is_figure=True),
    Column("pull", is_figure=True),
    Column("layer", is_figure=True),
    Column("fate"),
    Column("path"),
)
_BLAME_COLUMNS = (
    Column("layer", is_figure=True),
    Column("change"),
    Column("size", is_figure=True),
    Column("mode"),
    Column("owner"),
    Column("time"),
    Column("instruction"),
)


def in_order(files: FileTable, versions: NDArray[np.int64], order: str) -> NDArray[np.int64]:
    """The versions biggest, newest or lowest first, by one of `ORDERS`; equal ones by path."""
    every = files.stack.versions
    keys: dict[str, NDArray[np.integer]] = {
        "size": -files.sizes[versions],
        "pull": -files.pull_sizes[versions],
        "path": every.nodes[versions],
        "layer": every.born[versions],
        "time": -files.columns.mtimes[every.inodes[versions]],
    }
    return versions[np.lexsort((every.born[versions], every.nodes[versions], keys[order]))]


def found_rows(
    analysis: Analysis, files: FileTable, versions: NDArray[np.int64], *, packages: bool = True
) -> Iterator[Row]:
    """The rows of `ls` for these versions, each with its share of the pull, its fate and its killer.

    With `packages`, also its package: to know that takes a second for 400,000 files.
    """
    every = files.stack.versions
    changes = [Change(change).name.lower() if change else None for change in files.changes[versions].tolist()]
    more = zip(
        files.pull_sizes[versions].tolist(),
        every.fates[versions].tolist(),
        every.died[versions].tolist(),
        _packages(files, versions) if packages else repeat({}, len(versions)),
        strict=True,
    )
    for row, (pull, fate, died, package) in zip(version_rows(files.stack, versions, changes), more, strict=True):
        yield {
            **row,
            "compressedSize": pull,
            "pullKnown": analysis.image.layers[row["layer"]].is_pull_known,
            "fate": FATE_NAMES[fate],
            "killedBy": None if fate == Fate.LIVE else died,
            **package,
        }


def _packages(files: FileTable, versions: NDArray[np.int64]) -> Iterator[Row]:
    ownership = files.stack.ownership
    for owner in ownership.owners[versions].tolist():
        yield {"package": ownership.packages[owner].package.name if owner != UNOWNED else None}


def unowned_rows(analysis: Analysis, layer: int | None, order: str) -> list[Row]:
    """The files of the final file system that belong to no package; with `layer`, only those that it wrote."""
    files, every = FileTable(analysis.stack), analysis.stack.versions
    chosen = (files.stack.ownership.owners == UNOWNED) & (every.fates == Fate.LIVE)
    chosen &= files.types != EntryType.DIRECTORY
    if layer is not None:
        chosen &= every.born == layer
    return list(found_rows(analysis, files, in_order(files, np.flatnonzero(chosen), order)))


def found_lines(rows: Sequence[Row], width: int | None = None, *, gap: str = "") -> list[str]:
    """A table of found versions in the given order, and below it their number and sizes.

    In the sum, a hardlink has no size: its content is that of another file. `gap` says which layers were not read.
    """
    if not rows:
        return ["no files match" + incomplete(gap)]
    longest = max(width // 2, 20) if width else None
    cells = [_found_cells(row, longest) for row in rows]
    size = sum(row["size"] for row in rows if "hardlink" not in row)
    known = all(row["pullKnown"] for row in rows)
    pull = part_of_pull(sum(row["compressedSize"] for row in rows) if known else None)
    plural = "file" if len(rows) == 1 else "files"
    return [*table(_FOUND_COLUMNS, cells), f"{len(rows):,} {plural}, {natural_size(size)} {pull}{incomplete(gap)}"]


def _found_cells(row: Row, longest: int | None) -> tuple[str, ...]:
    sizes = natural_size(row["size"]), pull_cell(row)
    return (*sizes, str(row["layer"]), _fate(row), _path(row, longest))


def blame_rows(analysis: Analysis, path: bytes, *, packages: bool = True) -> list[Row]:
    """Every version of a path, oldest first; raises `NotFound` if no layer has the path.

    `reasons` are the attributes that differ from the version before. `packages` is as in `found_rows`.
    """
    files = FileTable(analysis.stack)
    every = analysis.stack.versions
    versions = np.array(every.of_node(_node(analysis, path)), np.int64)
    rows = found_rows(analysis, files, versions, packages=packages)
    return [
        {**row, "reasons": _reasons(reasons), "command": analysis.command(row["layer"])}
        for row, reasons in zip(rows, files.reasons[versions].tolist(), strict=True)
    ]


def blame_lines(analysis: Analysis, rows: Sequence[Row], width: int | None = None) -> list[str]:
    """A table of the versions of a path, with a line for each removal."""
    return table(_BLAME_COLUMNS, list(_blame_cells(analysis, rows)), width)


def _blame_cells(analysis: Analysis, rows: Sequence[Row]) -> Iterable[tuple[str, ...]]:
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        yield (
            str(row["layer"]),
            _change(row),
            natural_size(row["size"]),
            stat.filemode(int(row["mode"], 8))[1:],
            f"{row['uid']}:{row['gid']}",
            time_text(row["mtime"]),
            instruction(row["command"]),
        )
        ended = row["killedBy"]
        if row["fate"] == "deleted" and (following is None or following["layer"] != ended):
            yield str(ended), "removed", NONE, NONE, NONE, NONE, instruction(analysis.command(ended))


def _change(row: Row) -> str:
    if row["fate"] == "shadowed":
        return "shadowed"
    reasons = [reason for reason in row["reasons"] if reason != "mtime"]
    return f"{row['change']} ({', '.join(reasons)})" if reasons else str(row["change"])


def _reasons(reasons: int) -> list[str]:
    return [str(reason.name).lower() for reason in Reason(reasons)]


def _node(analysis: Analysis, path: bytes) -> int:
    """The node of a path in any layer; symlinks in its directories are followed in the final file system."""
    stack, gap = analysis.stack, gap_of(analysis)
    node = stack.nodes.find(cleaned(path))
    if node is None or not stack.versions.of_node(node):
        node = stack.final.lookup(path, follow=False)
    if node is None:
        hint = f"it may be in a layer that was not read: {gap}" if gap else None
        raise NotFound(f"no layer has `{display(path, limit=200)}`", hint=hint)
    return node


def _fate(row: Row) -> str:
    return "" if row["killedBy"] is None else f"{row['fate']} by layer {row['killedBy']}"


def _path(row: Row, longest: int | None) -> str:
    path = display(row["path"])
    link = f" -> {display(row['link'])}" if row["link"] else ""
    return (cut_start(path, longest) if longest else path) + link
