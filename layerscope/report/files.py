"""Files as rows: the files of a snapshot, the entries of one layer's tar, and deleted files."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.display import display, is_utf8
from layerscope.filesystem.change import Change
from layerscope.filesystem.nodes import Nodes
from layerscope.filesystem.snapshot import Snapshot
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.layers.layer_index import EntryRole, EntryType, LayerIndex
from layerscope.report.row import Row
from layerscope.report.rows import path_fields

TYPE_WORDS = {
    EntryType.REGULAR: "file",
    EntryType.HARDLINK: "hardlink",
    EntryType.SYMLINK: "symlink",
    EntryType.CHARACTER_DEVICE: "character-device",
    EntryType.BLOCK_DEVICE: "block-device",
    EntryType.DIRECTORY: "directory",
    EntryType.FIFO: "fifo",
}
ROLE_WORDS = {EntryRole.WHITEOUT: "whiteout", EntryRole.OPAQUE: "opaque-whiteout"}
_DEVICES = frozenset((EntryType.CHARACTER_DEVICE, EntryType.BLOCK_DEVICE))
_CHANGE_NAMES = {int(change): None if change is Change.ABSENT else change.name.lower() for change in Change}
_NO_LINK: Row = {"link": None}
_NO_DEVICE: Row = {}
_WHITEOUT_MARK = b".wh."


def nodes_below(nodes: Nodes, directory: int, *, recursive: bool) -> NDArray[np.int64]:
    """The nodes in a directory, by name; with `recursive` all nodes below it, in preorder."""
    below = np.arange(directory + 1, int(nodes.ends[directory]))
    return below if recursive else below[nodes.parents[below] == directory]


def snapshot_rows(snapshot: Snapshot, nodes: NDArray[np.int64]) -> Iterator[Row]:
    """The nodes that are in the snapshot, each with the layer that wrote it last and the change in that layer."""
    stack, versions = snapshot.stack, snapshot.versions[nodes]
    versions = versions[versions >= 0]
    born = stack.versions.born[versions]
    changes = np.zeros(len(versions), np.uint8)
    for layer in np.unique(born).tolist():
        chosen = born == layer
        changes[chosen] = stack.changes_of(layer).changes[stack.versions.nodes[versions[chosen]]]
    return version_rows(stack, versions, [_CHANGE_NAMES[change] for change in changes.tolist()])


def deleted_rows(stack: Stack, nodes: NDArray[np.int64], killer: int | None = None) -> Iterator[Row]:
    """The deleted versions of these nodes, which the image still ships; with `killer`, only those it deleted."""
    every = stack.versions
    chosen = np.isin(every.nodes, nodes) & (every.fates == Fate.DELETED)
    if killer is not None:
        chosen &= every.died == killer
    versions = np.flatnonzero(chosen)
    rows = version_rows(stack, versions, [_CHANGE_NAMES[Change.REMOVED]] * len(versions))
    return (row | {"killedBy": killed_by} for row, killed_by in zip(rows, every.died[versions].tolist(), strict=True))


def layer_entry_rows(stack: Stack, layer: int, index: LayerIndex, chosen: Sequence[int]) -> Iterator[Row]:
    """Entries of one layer as in its tar, including whiteouts; `chosen` are the numbers of entries in `index`."""
    rows = np.asarray(chosen, np.int64)
    kinds = zip(index.roles[rows].tolist(), index.types[rows].tolist(), strict=True)
    descriptions = zip(
        index.paths.at(rows),
        (ROLE_WORDS.get(role) or TYPE_WORDS[kind] for role, kind in kinds),
        index.sizes[rows].tolist(),
        repeat(layer),
        _entry_changes(stack, layer, index, chosen),
        strict=False,
    )
    return _rows(stack, rows + stack.row_ranges[layer].start, descriptions)


def version_rows(stack: Stack, versions: NDArray[Any], changes: list[str | None]) -> Iterator[Row]:
    """These versions, each with the layer that wrote it and its change, one of `changes`."""
    every, types = stack.versions, stack.entries.columns.types
    inodes, own = every.inodes[versions], every.rows[versions]
    descriptions = zip(
        stack.nodes.paths.at(every.nodes[versions]),
        map(TYPE_WORDS.__getitem__, types[inodes].tolist()),
        stack.content_sizes[versions].tolist(),
        every.born[versions].tolist(),
        changes,
        strict=True,
    )
    are_links = (types[own] == EntryType.HARDLINK).tolist()
    rows = zip(_rows(stack, inodes, descriptions), stack.entries.columns.links.at(own), are_links, strict=True)
    return (row | _hardlink_field(link) if is_link else row for row, link, is_link in rows)


def _rows(
    stack: Stack, rows: NDArray[Any], descriptions: Iterable[tuple[bytes, str, int, int, str | None]]
) -> Iterator[Row]:
    """The attributes of these entries, joined with the path, type, size, layer and change of each."""
    entries = stack.entries.columns
    columns = (entries.modes, entries.uids, entries.gids, entries.mtimes, entries.devices, entries.types)
    attributes = zip(*(column[rows].tolist() for column in columns), strict=True)
    parts = zip(descriptions, attributes, entries.links.at(rows), strict=False)
    for (path, type_name, size, layer, change), (mode, uid, gid, mtime, device, kind), link in parts:
        yield {
            **path_fields(path),
            "type": type_name,
            "mode": _mode_text(mode),
            "uid": uid,
            "gid": gid,
            "size": size,
            "mtime": mtime,
            **(_link_fields(link) if link else _NO_LINK),
            "layer": layer,
            "change": change,
            **({"device": f"{device >> 32}:{device & 0xFFFFFFFF}"} if kind in _DEVICES else _NO_DEVICE),
        }


@lru_cache(4096)
def _mode_text(mode: int) -> str:
    return f"{mode:04o}"


def _link_fields(link: bytes) -> Row:
    if is_utf8(link):
        return {"link": link.decode()}
    return {"link": display(link), "linkBytes": base64.b64encode(link).decode()}


def _hardlink_field(target: bytes) -> Row:
    """The target of a hardlink, if the row is one; its type in the file system is that of a file."""
    return {"hardlink": path_fields(target)["path"]} if target else {}


def _entry_changes(stack: Stack, layer: int, index: LayerIndex, chosen: Sequence[int]) -> list[str | None]:
    """How each entry changed the file system; None for an entry that changed nothing."""
    comparison = stack.changes_of(layer)
    nodes = np.full(stack.entries.count, -1, np.int32)
    nodes[stack.versions.rows] = stack.versions.nodes
    start = stack.row_ranges[layer].start

    def change(row: int) -> str | None:
        if index.roles[row] == EntryRole.FILE:
            return _CHANGE_NAMES[int(comparison.changes[nodes[start + row]])]
        gone = _removed_range(stack, index, row)
        is_any_gone = (comparison.before.versions[gone.start : gone.stop] >= 0).any()
        return _CHANGE_NAMES[Change.REMOVED] if is_any_gone else None

    return [change(row) for row in chosen]


def _removed_range(stack: Stack, index: LayerIndex, row: int) -> range:
    """The nodes that a whiteout or an opaque whiteout removes; empty for other entries."""
    directory, _, name = index.paths[row].rpartition(b"/")
    role = index.roles[row]
    if role == EntryRole.OPAQUE:
        node = stack.nodes.find(directory)
        return range(node + 1, int(stack.nodes.ends[node])) if node is not None else range(0)
    if role == EntryRole.WHITEOUT:
        node = stack.nodes.find(directory + b"/" + name.removeprefix(_WHITEOUT_MARK))
        return range(node, int(stack.nodes.ends[node])) if node is not None else range(0)
    return range(0)
