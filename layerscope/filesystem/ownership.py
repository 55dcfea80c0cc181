"""`Ownership`: which package each file version belongs to.

The files that say so are versions like all others. So the packages are read once for every range of layers in which
none of these files changes. A version belongs to the package that has its path in the last layer of its life.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.claims import Claims
from layerscope.filesystem.path_table import PathTable
from layerscope.filesystem.versions import NEVER
from layerscope.layers.kept_files import unpack
from layerscope.layers.layer_index import EntryType
from layerscope.packages.managers import OS_RELEASES, UNREAD, Manager, by_manager
from layerscope.packages.package import Package, Problems

if TYPE_CHECKING:
    from layerscope.filesystem.stack import Stack

UNOWNED = -1
MOST_CLAIMS = 5_000_000
"""Paths that all packages may list; a list of more is not read to its end."""

Key = tuple[str, ...]


@dataclass(slots=True)
class Installed:
    """A package in the history of an image: its last version, the layer that brought that, and its killer, if any.

    `container` is the number of the package that has the file which describes this one, else -1.
    """

    package: Package
    layer: int
    killer: int | None = None
    container: int = UNOWNED


@dataclass(frozen=True, slots=True, eq=False)
class Ownership:
    """The packages of an image, and for each version the number of its package, else -1.

    `problems` are sentences about what could not be read; `distribution` is what the image says of its system.
    """

    packages: tuple[Installed, ...]
    owners: NDArray[np.int32]
    problems: tuple[str, ...]
    distribution: Mapping[str, str]

    @classmethod
    def of(cls, stack: Stack) -> Ownership:
        """Read the packages after each layer."""
        history = _History(stack)
        for first, end in _ranges(stack):
            history.add(first, end)
        return cls(
            tuple(history.packages),
            history.owners,
            (*_listed(stack), *history.problems.sentences()),
            distribution_of(stack),
        )

    def followed_by(self, other: Ownership, order: NDArray[np.int64]) -> Ownership:
        """The packages of two images; `order` sorts their versions, those of this one first."""
        shift = len(self.packages)
        moved = [replace(one, container=_shifted(one.container, shift)) for one in other.packages]
        owners = np.where(other.owners == UNOWNED, UNOWNED, other.owners + shift).astype(np.int32)
        return Ownership(
            (*self.packages, *moved),
            np.concatenate([self.owners, owners])[order],
            (*self.problems, *other.problems),
            other.distribution,
        )


def _shifted(number: int, shift: int) -> int:
    return number if number == UNOWNED else number + shift


def _listed(stack: Stack) -> Iterator[str]:
    """A sentence for each layer whose files were not read: nothing is known of its packages."""
    for start, _ in stack.entries.chunks:
        if (layer := int(stack.layers[start])) != UNOWNED:
            yield f"packages are incomplete: layer {layer} is only listed by its table of contents"


def distribution_of(stack: Stack) -> dict[str, str]:
    """The assignments in `os-release`, such as `ID` and `VERSION_ID`."""
    for path in OS_RELEASES:
        node = stack.final.lookup(path)
        row = int(stack.versions.inodes[stack.final.versions[node]]) if node is not None else UNOWNED
        if row in stack.entries.kept:
            lines = unpack(stack.entries.kept[row]).decode("utf-8", "replace").split("\n")
            pairs = (line.partition("=") for line in lines)
            return {name.strip(): value.strip().strip("\"'") for name, sign, value in pairs if sign}
    return {}


def _ranges(stack: Stack) -> Iterator[tuple[int, int]]:
    """The ranges of layers, as first and end, in which no kept file changes."""
    versions = stack.versions
    kept = np.flatnonzero(np.isin(versions.inodes, list(stack.entries.kept)))
    edges = np.concatenate((versions.born[kept], versions.died[kept])).tolist()
    starts = sorted({0, *(edge for edge in edges if edge != NEVER)})
    return pairwise([*starts, stack.layer_count]) if stack.layer_count else iter(())


class _History:
    """The packages as they come and go."""

    def __init__(self, stack: Stack) -> None:
        self.packages: list[Installed] = []
        self.owners = np.full(stack.versions.count, UNOWNED, np.int32)
        self.problems = Problems()
        self._stack = stack
        self._table = PathTable(stack.nodes)
        self._numbers: dict[Key, int] = {}
        self._read: dict[str, tuple[dict[bytes, int], list[Package]]] = {}

    def add(self, first: int, end: int) -> None:
        """The layers `first .. end - 1`, in which the packages are the same."""
        snapshot = self._stack.snapshot(first)
        claims = Claims(self._stack.nodes, self._table, snapshot)
        rows = self._kept_rows(snapshot.versions)
        owners = np.full(self._stack.nodes.count, UNOWNED, np.int32)
        present: set[int] = set()
        for manager, files in reversed(by_manager(rows).items()):
            packages = self._packages(manager, files)
            numbers = self._numbered(packages, first)
            present.update(numbers)
            nodes, local = claims.claimed(packages)
            owners[nodes] = np.array(numbers, np.int32)[local] if len(local) else UNOWNED
        self._end_missing(present, first)
        self._name_containers(present, claims, owners)
        self._assign(owners, first, end)
        self._note_unread(snapshot.versions)

    def _kept_rows(self, versions: NDArray[np.int32]) -> dict[bytes, int]:
        """The rows of the kept files that are there, by path."""
        stack = self._stack
        present = versions[versions >= 0]
        inodes = stack.versions.inodes[present]
        kept = np.isin(inodes, list(stack.entries.kept))
        nodes = stack.versions.nodes[present[kept]].tolist()
        return dict(zip(map(stack.nodes.path, nodes), inodes[kept].tolist(), strict=True))

    def _packages(self, manager: Manager, files: dict[bytes, int]) -> list[Package]:
        """The packages of a manager; they are read again only if one of its files is another one."""
        known, packages = self._read.get(manager.name, ({}, []))
        if known != files:
            contents = {path: unpack(self._stack.entries.kept[row]) for path, row in files.items()}
            packages = list(_limited(manager.read(contents, self.problems), self.problems))
            self._read[manager.name] = files, packages
        return packages

    def _numbered(self, packages: list[Package], layer: int) -> list[int]:
        """The number of each package; one that is new, or has another version, came with this layer."""
        keys = _keys(packages)
        return [self._number(key, package, layer) for key, package in zip(keys, packages, strict=True)]

    def _number(self, key: Key, package: Package, layer: int) -> int:
        number = self._numbers.setdefault(key, len(self.packages))
        if number == len(self.packages):
            self.packages.append(Installed(package, layer))
            return number
        known = self.packages[number]
        if known.killer is not None or known.package.version != package.version:
            known.layer = layer
        known.package, known.killer = package, None
        return number

    def _end_missing(self, present: set[int], layer: int) -> None:
        for number, installed in enumerate(self.packages):
            if number not in present and installed.killer is None:
                installed.killer = layer

    def _name_containers(self, present: Iterable[int], claims: Claims, owners: NDArray[np.int32]) -> None:
        for number in present:
            node = claims.node(self.packages[number].package.origin)
            owner = int(owners[node]) if node >= 0 else UNOWNED
            self.packages[number].container = owner if owner != number else UNOWNED

    def _assign(self, owners: NDArray[np.int32], first: int, end: int) -> None:
        """Set the owners of the versions whose last layer is in the range."""
        versions = self._stack.versions
        last = np.minimum(np.maximum(versions.born, versions.died - 1), self._stack.last)
        is_file = self._stack.entries.columns.types[versions.inodes] != EntryType.DIRECTORY
        chosen = is_file & (last >= first) & (last < end)
        self.owners[chosen] = owners[versions.nodes[chosen]]

    def _note_unread(self, versions: NDArray[np.int32]) -> None:
        for path, reason in UNREAD.items():
            node = self._stack.nodes.find(path)
            if node is not None and versions[node] >= 0:
                self.problems.add(path, reason)


def _keys(packages: list[Package]) -> list[Key]:
    """What identifies each package in all layers: the version only if there are several at one place."""
    plain = [(one.manager, one.name, one.architecture, one.home.decode("latin-1")) for one in packages]
    seen: dict[Key, set[str]] = {}
    for key, package in zip(plain, packages, strict=True):
        seen.setdefault(key, set()).add(package.version)
    return [
        (*key, package.version) if len(seen[key]) > 1 else key for key, package in zip(plain, packages, strict=True)
    ]


def _limited(packages: Iterator[Package], problems: Problems) -> Iterator[Package]:
    """The packages, until they list too many files."""
    left = MOST_CLAIMS
    for package in packages:
        left -= 1 + len(package.paths)
        if left < 0:
            problems.add(package.origin, "lists too many files")
            return
        yield package
