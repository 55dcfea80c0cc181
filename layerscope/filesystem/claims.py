"""`Claims`: the nodes that the lists of packages mean, with symlinks among the directories followed.

On a system with a merged `/usr`, dpkg lists `/bin/x`, and `/bin` is a symlink to `usr/bin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.nodes import Nodes
from layerscope.filesystem.path_table import PathTable
from layerscope.filesystem.snapshot import MAX_SYMLINKS
from layerscope.layers.layer_index import EntryType
from layerscope.packages.package import Package

if TYPE_CHECKING:
    from layerscope.filesystem.snapshot import Snapshot


class Claims:
    """Finds nodes by path in the file system after a layer; only its symlinks decide what a path means."""

    def __init__(self, nodes: Nodes, table: PathTable, snapshot: Snapshot) -> None:
        self._nodes = nodes
        self._table = table
        self._links = _symlinks(snapshot)
        self._real: dict[bytes, bytes] = {}

    def claimed(self, packages: Sequence[Package]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Pairs of a node and the number of the package that claims it; of several for one node, the last counts."""
        trees = [(number, tree) for number, package in enumerate(packages) for tree in package.trees]
        trees.sort(key=lambda item: item[1].count(b"/"))
        below = [self._below(tree) for _, tree in trees]
        files = [self._files(package.paths) for package in packages]
        of_files = self._table.find(list(chain.from_iterable(files))) if any(files) else np.zeros(0, np.int32)
        nodes = np.concatenate([*below, of_files])
        numbers = np.array([*(number for number, _ in trees), *range(len(packages))], np.int32)
        claims = np.repeat(numbers, [*map(len, below), *map(len, files)])
        return nodes[nodes > 0], claims[nodes > 0]

    def node(self, path: bytes) -> int:
        """The node of a path; -1 if there is none."""
        directory, slash, name = path.rpartition(b"/")
        real = self._real_directory(directory) if slash else b""
        return self._find(real + b"/" + name if real else name)

    def _files(self, paths: Sequence[bytes]) -> list[bytes]:
        """Where these paths are, without directories, which packages share; some of them may be symlinks."""
        above = [path.rpartition(b"/")[0] for path in paths]
        directories = set(above)
        real = ((directory, self._real_directory(directory)) for directory in directories)
        moved = {directory: other and other + b"/" for directory, other in real if other != directory}
        return [
            moved[directory] + path[len(directory) + 1 :] if directory in moved else path
            for path, directory in zip(paths, above, strict=True)
            if path not in directories
        ]

    def _below(self, tree: bytes) -> NDArray[np.int32]:
        node = self._find(self._real_directory(tree))
        return np.arange(node + 1, int(self._nodes.ends[node]), dtype=np.int32) if node > 0 else np.zeros(0, np.int32)

    def _find(self, path: bytes) -> int:
        return int(self._table.find([path])[0])

    def _real_directory(self, directory: bytes) -> bytes:
        real = self._real.get(directory)
        if real is None:
            real = self._real[directory] = self._follow(directory)
        return real

    def _follow(self, directory: bytes) -> bytes:
        """The path without symlinks; a path that leads in a circle means itself."""
        parts, real, followed = directory.split(b"/")[::-1], b"", 0
        while parts:
            part = parts.pop()
            if part in (b"", b"."):
                continue
            if part == b"..":
                real = real.rpartition(b"/")[0]
                continue
            path = real + b"/" + part if real else part
            target = self._links.get(path)
            if target is None:
                real = path
                continue
            followed += 1
            if followed > MAX_SYMLINKS:
                return directory
            real = b"" if target.startswith(b"/") else real
            parts += target.split(b"/")[::-1]
        return real


def _symlinks(snapshot: Snapshot) -> dict[bytes, bytes]:
    """The targets of all symlinks, by path."""
    stack = snapshot.stack
    present = snapshot.versions[snapshot.versions >= 0]
    rows = stack.versions.inodes[present]
    is_link = stack.entries.columns.types[rows] == EntryType.SYMLINK
    found = zip(stack.versions.nodes[present[is_link]].tolist(), rows[is_link].tolist(), strict=True)
    return {stack.nodes.path(node): stack.entries.columns.links[row] for node, row in found}
