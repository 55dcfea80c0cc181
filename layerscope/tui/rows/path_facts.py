"""What is known of one path: its attributes now, and its versions layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.filesystem.versions import NEVER, Ending
from layerscope.layers.layer_index import EntryType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layerscope.filesystem.table import FileTable
    from layerscope.tui.rows.tree_view import TreeView

TYPE_NAMES = {
    EntryType.REGULAR: "file",
    EntryType.HARDLINK: "broken hardlink",
    EntryType.SYMLINK: "symlink",
    EntryType.CHARACTER_DEVICE: "character device",
    EntryType.BLOCK_DEVICE: "block device",
    EntryType.DIRECTORY: "directory",
    EntryType.FIFO: "fifo",
}


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version of a path: the layer that wrote it, how it ended, and in which layer (None while it lives)."""

    layer: int
    size: int
    ending: Ending
    ended_by: int | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class PathFacts:
    """Raw facts of the version that is shown; `path` and `link` are bytes from outside, not yet safe.

    `total_size` is of what is shown below a directory; `only_gone` says that nothing of that is there any more,
    `total_pull_size` is its share of the pull. `wasted_size` are the dead versions of all below, shown or not.
    """

    path: bytes
    type: EntryType
    mode: int
    uid: int
    gid: int
    size: int
    total_size: int
    only_gone: bool
    pull_size: int
    total_pull_size: int
    wasted_size: int
    mtime: int
    link: bytes
    content: int
    device: int
    implied: bool
    xattrs: Mapping[str, bytes]
    partners: tuple[bytes, ...]
    versions: tuple[VersionFacts, ...]


MOST_PARTNERS = 20


def path_facts(tree: TreeView, node: int) -> PathFacts:
    """The facts of a node as the tree shows it."""
    table = tree.facts.table
    version = int(tree.versions[node])
    row = int(table.versions.inodes[version])
    entries = table.entries
    return PathFacts(
        path=table.nodes.path(node),
        type=EntryType(int(entries.types[row])),
        mode=int(entries.modes[row]),
        uid=int(entries.uids[row]),
        gid=int(entries.gids[row]),
        size=int(table.content_sizes[version]),
        total_size=int(tree.sizes[node]),
        only_gone=bool(tree.only_gone[node]),
        pull_size=int(entries.compressed_sizes[row]),
        total_pull_size=tree.pull_size(node),
        wasted_size=tree.wasted_size(node),
        mtime=int(entries.mtimes[row]),
        link=entries.links[row],
        content=int(entries.contents[row]),
        device=int(entries.devices[row]),
        implied=row == entries.implied_row,
        xattrs=entries.xattrs.get(row, {}),
        partners=_partners(tree, version),
        versions=_versions(table, node, version),
    )


def layers_of(table: FileTable, node: int) -> list[int]:
    """The layers that wrote or removed a path, lowest first."""
    versions = [version for version in _versions(table, node, -1) if version.ending is not Ending.SHADOWED]
    ends = {version.ended_by for version in versions if version.ended_by is not None}
    return sorted(ends.union(version.layer for version in versions))


def _partners(tree: TreeView, version: int) -> tuple[bytes, ...]:
    """The other paths in the tree that are links to the same file."""
    table = tree.facts.table
    if not table.is_linked[version]:
        return ()
    same = (table.versions.inodes == table.versions.inodes[version]).nonzero()[0]
    there = same[(tree.versions[table.versions.nodes[same]] == same) & (same != version)]
    return tuple(table.nodes.path(int(table.versions.nodes[other])) for other in there[:MOST_PARTNERS])


def _versions(table: FileTable, node: int, shown: int) -> tuple[VersionFacts, ...]:
    versions = table.versions
    return tuple(
        VersionFacts(
            layer=int(versions.born[number]),
            size=int(table.content_sizes[number]),
            ending=Ending(int(versions.endings[number])),
            ended_by=None if versions.died[number] == NEVER else int(versions.died[number]),
            is_shown=number == shown,
        )
        for number in versions.of_node(node)
    )
