"""The packages of an image as rows and as text, with the unowned files, so that the columns add up to the image."""

from collections.abc import Iterable, Mapping, Sequence

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.packages import Costs, PackageCosts, PackageTable
from layerscope.report.failures import incomplete
from layerscope.report.instruction import instruction
from layerscope.report.row import Row
from layerscope.report.table import NONE, UNKNOWN, Column, cut, natural_size, table

_COLUMNS = (
    Column("live", is_figure=True),
    Column("wasted", is_figure=True),
    Column("pull", is_figure=True),
    Column("files", is_figure=True),
    Column("layer", is_figure=True),
    Column("manager"),
    Column("package"),
    Column("version"),
    Column("instruction"),
)
ORDERS: Mapping[str, str] = {
    "live": "liveSize",
    "size": "liveSize",
    "wasted": "wastedSize",
    "pull": "compressedSize",
    "files": "fileCount",
    "layer": "layer",
    "name": "name",
}
"""The column of each order; all are from the biggest down, except the layer and the name."""
_ASCENDING = ("layer", "name")
_NARROWEST = 12
_WIDE = 110
"""Columns of a terminal from which on there is room for the instruction."""


def package_rows(analysis: Analysis, table: PackageTable) -> list[Row]:
    """Each package that is there, or was: `layer` brought it, and `killedBy` removed it."""
    return [_package_row(analysis, one) for one in table.rows]


def unowned_row(analysis: Analysis, table: PackageTable) -> Row:
    """The files of no package, as a row without a name."""
    names = ("name", "version", "manager", "architecture", "path", "container", "layer", "killedBy", "command")
    return {**dict.fromkeys(names), **_cost_fields(analysis, table.unowned)}


def in_order(rows: Iterable[Row], order: str) -> list[Row]:
    """The rows sorted by a column; of equal ones, by name, version and path."""
    column, sign = ORDERS[order], 1 if order in _ASCENDING else -1

    def key(row: Row) -> tuple[object, ...]:
        names = row["name"].lower(), row["manager"], row["version"], row["path"] or ""
        return names if order == "name" else (sign * row[column], -row["wastedSize"], *names)

    return sorted(rows, key=key)


def package_lines(unowned: Row | None, rows: Sequence[Row], width: int | None = None, *, gap: str = "") -> list[str]:
    """A table of packages in the given order, without instructions if the terminal is narrow.

    With `unowned`, also the unowned files and the sums of the image. `gap` says which layers were not read.
    """
    if not rows and unowned is None:
        return ["no packages match" + incomplete(gap)]
    cells: list[tuple[str, ...]] = [_cells(row, width) for row in rows]
    if unowned:
        total = {name: sum(row[name] for row in (*rows, unowned)) for name in _FIGURES}
        cells.append((*_figures(unowned), NONE, "", "unowned files", "", ""))
        cells.append((*_figures(total | {"pullKnown": unowned["pullKnown"]}), NONE, "", "total", "", ""))
    if width and width < _WIDE:
        return [*table(_COLUMNS[:-1], [row[:-1] for row in cells], width), _count(rows) + incomplete(gap)]
    return [*table(_COLUMNS, cells, width), _count(rows) + incomplete(gap)]


_FIGURES = ("liveSize", "wastedSize", "compressedSize", "fileCount")


def _package_row(analysis: Analysis, one: PackageCosts) -> Row:
    installed, package = one.installed, one.installed.package
    return {
        "name": package.name,
        "version": package.version,
        "manager": package.manager,
        "architecture": package.architecture or None,
        "path": "/" + display(package.home) if package.home else None,
        "container": one.container.package.name if one.container else None,
        "layer": installed.layer,
        "killedBy": installed.killer,
        "command": analysis.command(installed.layer),
        **_cost_fields(analysis, one.costs),
    }


def _cost_fields(analysis: Analysis, costs: Costs) -> Row:
    return {
        "size": costs.size,
        "liveSize": costs.live_size,
        "wastedSize": costs.wasted_size,
        "compressedSize": costs.compressed_size,
        "wastedCompressedSize": costs.wasted_compressed_size,
        "pullKnown": analysis.image.is_pull_known,
        "fileCount": costs.file_count,
    }


def _cells(row: Row, width: int | None) -> tuple[str, ...]:
    longest = max(width // 5, _NARROWEST) if width else None
    name, version = display(row["name"]), display(row["version"])
    if longest:
        name, version = cut(name, longest), cut(version, longest)
    return (
        *_figures(row),
        str(row["layer"]),
        row["manager"],
        name,
        f"{version} (removed by layer {row['killedBy']})" if row["killedBy"] is not None else version,
        instruction(row["command"]) or NONE,
    )


def _figures(row: Row) -> tuple[str, ...]:
    return (
        natural_size(row["liveSize"]),
        natural_size(row["wastedSize"]) if row["wastedSize"] else NONE,
        natural_size(row["compressedSize"]) if row["pullKnown"] else UNKNOWN,
        f"{row['fileCount']:,}",
    )


def _count(rows: Sequence[Row]) -> str:
    removed = sum(row["killedBy"] is not None for row in rows)
    plural = "package" if len(rows) == 1 else "packages"
    return f"{len(rows):,} {plural}" + (f", {removed:,} of them removed by a later layer" if removed else "")
