"""What is known of one path: its attributes now, and its versions layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.filesystem.versions import NEVER, Ending
from layerscope.layers.layer_index import ContentKind, EntryType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layerscope.filesystem.stack import Stack
    from layerscope.tui.view.tree_view import TreeView

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
    content_kind: ContentKind
    content: int
    device: int
    implied: bool
    xattrs: Mapping[str, bytes]
    partners: tuple[bytes, ...]
    versions: tuple[VersionFacts, ...]


MOST_PARTNERS = 20


def path_facts(tree: TreeView, node: int) -> PathFacts:
    """The facts of a node as the tree shows it."""
    stack = tree.facts.stack
    version = int(tree.versions[node])
    row = int(stack.versions.inodes[version])
    columns = stack.entries.columns
    return PathFacts(
        path=stack.nodes.path(node),
        type=EntryType(int(columns.types[row])),
        mode=int(columns.modes[row]),
        uid=int(columns.uids[row]),
        gid=int(columns.gids[row]),
        size=int(stack.content_sizes[version]),
        total_size=int(tree.sizes[node]),
        only_gone=bool(tree.only_gone[node]),
        pull_size=int(columns.compressed_sizes[row]),
        total_pull_size=tree.pull_size(node),
        wasted_size=tree.wasted_size(node),
        mtime=int(columns.mtimes[row]),
        link=columns.links[row],
        content_kind=ContentKind(int(columns.content_kinds[row])),
        content=int(columns.contents[row]),
        device=int(columns.devices[row]),
        implied=row == stack.entries.implied_row,
        xattrs=columns.xattrs.get(row, {}),
        partners=_partners(tree, version),
        versions=_versions(stack, node, version),
    )


def layers_of(stack: Stack, node: int) -> list[int]:
    """The layers that wrote or removed a path, lowest first."""
    versions = [version for version in _versions(stack, node, -1) if version.ending is not Ending.SHADOWED]
    ends = {version.ended_by for version in versions if version.ended_by is not None}
    return sorted(ends.union(version.layer for version in versions))


def _partners(tree: TreeView, version: int) -> tuple[bytes, ...]:
    """The other paths in the tree that are links to the same file."""
    stack = tree.facts.stack
    if not stack.is_linked[version]:
        return ()
    same = (stack.versions.inodes == stack.versions.inodes[version]).nonzero()[0]
    there = same[(tree.versions[stack.versions.nodes[same]] == same) & (same != version)]
    return tuple(stack.nodes.path(int(stack.versions.nodes[other])) for other in there[:MOST_PARTNERS])


def _versions(stack: Stack, node: int, shown: int) -> tuple[VersionFacts, ...]:
    versions = stack.versions
    return tuple(
        VersionFacts(
            layer=int(versions.born[number]),
            size=int(stack.content_sizes[number]),
            ending=Ending(int(versions.endings[number])),
            ended_by=None if versions.died[number] == NEVER else int(versions.died[number]),
            is_shown=number == shown,
        )
        for number in versions.of_node(node)
    )
