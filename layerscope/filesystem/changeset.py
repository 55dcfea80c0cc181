"""One layer as a changeset: its entries with their names resolved to nodes (OCI image-spec layer.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.naming import name_nodes
from layerscope.filesystem.nodes import ROOT, Nodes
from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.layer_index import EntryRole, EntryType, LayerIndex

_MARKER_LENGTH = len(b".wh.")
_NO_PATH = b"/"


@dataclass(frozen=True, slots=True, eq=False)
class Changeset:
    """What one layer does. Rows are numbers within `Entries`, in tar order.

    `rows` and `nodes` are the files it writes; `link_rows` and `link_nodes` are the hardlinks among them, with the
    nodes of their targets (-1 if no layer has the path). `removed` are the nodes that its whiteouts name, `emptied` the
    directories with an opaque whiteout; both have only existing paths. `marked` are the deepest existing nodes on
    the way to each whiteout. `unknown_count` whiteouts name a path that no layer has.
    """

    rows: NDArray[np.int32]
    nodes: NDArray[np.int32]
    link_rows: NDArray[np.int32]
    link_nodes: NDArray[np.int32]
    removed: NDArray[np.int32]
    emptied: NDArray[np.int32]
    marked: NDArray[np.int32]
    unknown_count: int


def resolve(indexes: Sequence[LayerIndex]) -> tuple[Nodes, list[Changeset]]:
    """The nodes of all layers, and each layer as a changeset on them."""
    named = [_named(index) for index in indexes]
    asked = [path for names in named for path in names.asked]
    naming = name_nodes([names.files for names in named], ByteStrings.of(asked))
    changesets, start, file_start, asked_start = [], 0, 0, 0
    for index, names in zip(indexes, named, strict=True):
        nodes = naming.files[file_start : file_start + len(names.files)]
        found = naming.asked[asked_start : asked_start + len(names.asked)]
        changesets.append(_changeset(naming.nodes, names, nodes, found, start))
        start, file_start, asked_start = start + index.count, file_start + len(nodes), asked_start + len(found)
    return naming.nodes, changesets


@dataclass(frozen=True, slots=True, eq=False)
class _Named:
    """The names in one layer: rows and paths of its files, rows and targets of its hardlinks, and its whiteouts."""

    rows: NDArray[np.int64]
    files: ByteStrings
    link_rows: NDArray[np.int64]
    targets: list[bytes]
    whiteouts: list[bytes]
    opaques: list[bytes]

    @property
    def asked(self) -> list[bytes]:
        """Paths that need not exist."""
        return [*self.targets, *self.whiteouts, *self.opaques]


def _named(index: LayerIndex) -> _Named:
    is_file = index.roles == EntryRole.FILE
    links = np.flatnonzero((index.types == EntryType.HARDLINK) & is_file)
    rows = np.flatnonzero(is_file)
    return _Named(
        rows=rows,
        files=index.paths if len(rows) == index.count else ByteStrings.of(index.paths[row] for row in rows.tolist()),
        link_rows=links,
        targets=[_sound(index.links[row]) for row in links.tolist()],
        whiteouts=[_unmarked(index.paths[row]) for row in np.flatnonzero(index.roles == EntryRole.WHITEOUT).tolist()],
        opaques=[_parent(index.paths[row]) for row in np.flatnonzero(index.roles == EntryRole.OPAQUE).tolist()],
    )


def _changeset(
    nodes: Nodes, names: _Named, written: NDArray[np.int32], found: NDArray[np.int32], start: int
) -> Changeset:
    targets, removed, emptied = np.split(found, np.cumsum([len(names.targets), len(names.whiteouts)]))
    marked = {_parent(path) for path in names.whiteouts}.union(names.opaques)
    return Changeset(
        rows=(names.rows + start).astype(np.int32),
        nodes=written,
        link_rows=(names.link_rows + start).astype(np.int32),
        link_nodes=targets,
        removed=removed[removed >= 0],
        emptied=emptied[emptied >= 0],
        marked=np.array(sorted({_deepest(nodes, path) for path in marked}), np.int32),
        unknown_count=int((removed < 0).sum()),
    )


def _parent(path: bytes) -> bytes:
    return path[: max(path.rfind(b"/"), 0)]


def _unmarked(path: bytes) -> bytes:
    """The path that a whiteout names: its own path without the `.wh.` prefix."""
    start = path.rfind(b"/") + 1
    return path[:start] + path[start + _MARKER_LENGTH :]


def _sound(target: bytes) -> bytes:
    """The target of a hardlink; a target with a NUL, which no path has, becomes one that is never found."""
    return target if b"\0" not in target else _NO_PATH


def _deepest(nodes: Nodes, path: bytes) -> int:
    """The deepest node on the way to a path; the root if no other exists."""
    parts = path.split(b"/")
    known, unknown = 0, len(parts) + 1
    while unknown - known > 1:
        middle = (known + unknown) // 2
        if nodes.find(b"/".join(parts[:middle])) is None:
            unknown = middle
        else:
            known = middle
    return nodes.find(b"/".join(parts[:known])) or ROOT
