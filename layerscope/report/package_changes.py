"""The packages that differ between two images, as rows and as a table for people."""

from collections.abc import Sequence

from layerscope.display import display
from layerscope.filesystem.change import Change
from layerscope.insight.package_diff import PackageChange
from layerscope.insight.packages import PackageCosts
from layerscope.report.long_listing import SIGNS
from layerscope.report.row import Row
from layerscope.report.table import Column, cut, signed_size, table

_LONGEST_VERSION = 60
SHOWN_COUNT = 50
"""Packages that the text names; JSON has all."""


def package_change_rows(changes: Sequence[PackageChange]) -> list[Row]:
    """Each package that differs; `change` is added, removed, or `version` for another version."""
    return [
        {
            "manager": change.package.installed.package.manager,
            "name": change.package.installed.package.name,
            "architecture": change.package.installed.package.architecture or None,
            "change": _change(change),
            "versionA": _version(change.before),
            "versionB": _version(change.after),
            "sizeA": change.before.costs.live_size if change.before else None,
            "sizeB": change.after.costs.live_size if change.after else None,
        }
        for change in changes
    ]


def package_change_lines(changes: Sequence[PackageChange], width: int | None = None) -> list[str]:
    """The packages that differ, biggest growth or shrinkage first, and below them how many are left out."""
    cells = package_change_cells(changes)
    hidden = len(changes) - len(cells)
    return [*(table(_COLUMNS, cells, width) if cells else []), *([f"and {hidden:,} more"] if hidden else [])]


def package_change_cells(changes: Sequence[PackageChange]) -> list[tuple[str, ...]]:
    """Sign, growth, manager, name and versions."""
    signs = {"added": SIGNS[Change.ADDED], "removed": SIGNS[Change.REMOVED], "version": SIGNS[Change.MODIFIED]}
    return [
        (
            signs[_change(change)],
            signed_size(change.growth),
            change.package.installed.package.manager,
            display(change.package.installed.package.name),
            " -> ".join(cut(display(version), _LONGEST_VERSION) for version in _versions(change)),
        )
        for change in changes[:SHOWN_COUNT]
    ]


HEADINGS = ("", "growth", "manager", "package", "version")
_COLUMNS = tuple(Column(heading, is_figure=heading == "growth") for heading in HEADINGS)


def _change(change: PackageChange) -> str:
    return "added" if change.before is None else "removed" if change.after is None else "version"


def _versions(change: PackageChange) -> list[str]:
    return [version for version in (_version(change.before), _version(change.after)) if version is not None]


def _version(side: PackageCosts | None) -> str | None:
    return side.installed.package.version if side else None
