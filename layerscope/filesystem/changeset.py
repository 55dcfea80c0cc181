"""One layer as a changeset: its entries with their names resolved to nodes (OCI image-spec layer.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layerscope.filesystem.nodes import NodeBuilder, keys
from layerscope.layers.layer_index import EntryRole, EntryType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from layerscope.layers.layer_index import LayerIndex

_MARKER_LENGTH = len(b".wh.")


@dataclass(frozen=True, slots=True, eq=False)
class Changeset:
    """What one layer does. Rows are numbers within `Entries`, in tar order.

    `rows` and `nodes` are the files it writes; `link_rows` and `link_nodes` the hardlinks among them with the nodes of
    their targets (-1 where no layer has such a path). `removed` are the nodes that its whiteouts name, `emptied` the
    directories with an opaque whiteout, both only where such a path exists. `marked` are the deepest existing nodes on
    the way to each marker. `unknown_count` whiteouts name a path that no layer has.
    """

    rows: NDArray[np.int32]
    nodes: NDArray[np.int32]
    link_rows: NDArray[np.int32]
    link_nodes: NDArray[np.int32]
    removed: NDArray[np.int32]
    emptied: NDArray[np.int32]
    marked: NDArray[np.int32]
    unknown_count: int


def resolve(indexes: Sequence[LayerIndex]) -> tuple[NodeBuilder, list[Changeset]]:
    """The nodes of all layers, and each layer as a changeset on them."""
    columns = [keys(index.paths) for index in indexes]
    builder = NodeBuilder(_pick(column, _files(index)) for index, column in zip(indexes, columns, strict=True))
    changesets, start = [], 0
    for index, column in zip(indexes, columns, strict=True):
        changesets.append(_changeset(builder, index, column, start))
        start += index.count
    return builder, changesets


def _changeset(builder: NodeBuilder, index: LayerIndex, column: list[bytes], start: int) -> Changeset:
    files = _files(index)
    links = np.flatnonzero((index.types == EntryType.HARDLINK) & (index.roles == EntryRole.FILE))
    targets = [index.links[row].replace(b"/", b"\0") for row in links.tolist()]
    whiteouts = [_named(column[row]) for row in np.flatnonzero(index.roles == EntryRole.WHITEOUT).tolist()]
    opaques = [_parent(column[row]) for row in np.flatnonzero(index.roles == EntryRole.OPAQUE).tolist()]
    removed, emptied = builder.numbers(whiteouts), builder.numbers(opaques)
    marker_directories = {_parent(key) for key in whiteouts}.union(opaques)
    return Changeset(
        rows=(files + start).astype(np.int32),
        nodes=builder.numbers(_pick(column, files)),
        link_rows=(links + start).astype(np.int32),
        link_nodes=builder.numbers(targets),
        removed=removed[removed >= 0],
        emptied=emptied[emptied >= 0],
        marked=np.array(sorted({_deepest(builder, key) for key in marker_directories}), np.int32),
        unknown_count=int((removed < 0).sum()),
    )


def _files(index: LayerIndex) -> NDArray[np.int64]:
    return np.flatnonzero(index.roles == EntryRole.FILE)


def _pick(column: list[bytes], rows: NDArray[np.int64]) -> list[bytes]:
    return column if len(rows) == len(column) else [column[row] for row in rows.tolist()]


def _parent(key: bytes) -> bytes:
    return key[: max(key.rfind(b"\0"), 0)]


def _named(key: bytes) -> bytes:
    """The path that a whiteout names: its own, without the marker before the last part."""
    start = key.rfind(b"\0") + 1
    return key[:start] + key[start + _MARKER_LENGTH :]


def _deepest(builder: NodeBuilder, key: bytes) -> int:
    """The deepest node on the way to a path; the root where nothing on it exists."""
    while (number := int(builder.numbers([key])[0])) < 0:
        key = _parent(key)
    return number
