"""Which packages differ between two images: added, removed, or in another version."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layerscope.insight.analysis import Analysis
from layerscope.insight.packages import PackageCosts, PackageTable

_Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class PackageChange:
    """A package of the first image, of the second, or of both in two versions; the other side is None."""

    before: PackageCosts | None
    after: PackageCosts | None

    @property
    def growth(self) -> int:
        """The live bytes after minus those before."""
        before, after = (side.costs.live_size if side else 0 for side in (self.before, self.after))
        return after - before

    @property
    def package(self) -> PackageCosts:
        """The package in the second image, or else in the first."""
        found = self.after or self.before
        assert found
        return found


def package_changes(before: Analysis, after: Analysis) -> list[PackageChange]:
    """The packages that differ, most growth or shrinkage first.

    If an image has several versions of a package, each version is added or removed alone.
    """
    old, new = _by_name(before), _by_name(after)
    found = [change for name in {**old, **new} for change in _changes(old.get(name, ()), new.get(name, ()))]
    return sorted(found, key=lambda change: (-abs(change.growth), change.package.installed.package.name))


def _by_name(analysis: Analysis) -> dict[_Name, list[PackageCosts]]:
    """The packages of the final file system by manager, name and architecture."""
    found: defaultdict[_Name, list[PackageCosts]] = defaultdict(list)
    for one in PackageTable(analysis.accounting).rows:
        package = one.installed.package
        if one.is_there:
            found[package.manager, package.name, package.architecture].append(one)
    return found


def _changes(old: Sequence[PackageCosts], new: Sequence[PackageCosts]) -> Iterator[PackageChange]:
    removed, added = _without(old, new), _without(new, old)
    if len(removed) == len(added) == 1:
        yield PackageChange(removed[0], added[0])
        return
    yield from (PackageChange(one, None) for one in removed)
    yield from (PackageChange(None, one) for one in added)


def _without(ones: Sequence[PackageCosts], others: Sequence[PackageCosts]) -> list[PackageCosts]:
    """Those whose version the others do not have as often."""
    left = Counter(other.installed.package.version for other in others)
    missing = []
    for one in ones:
        version = one.installed.package.version
        if left[version]:
            left[version] -= 1
        else:
            missing.append(one)
    return missing
