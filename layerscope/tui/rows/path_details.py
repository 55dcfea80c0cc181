"""One path: its attributes, and its versions layer by layer."""

from collections.abc import Mapping
from dataclasses import dataclass

from layerscope.filesystem.layer_numbers import NOTHING
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER, Fate
from layerscope.layers.layer_index import ContentKind, EntryColumns, EntryType
from layerscope.report.files import TYPE_WORDS
from layerscope.report.long_listing import mode_letters
from layerscope.tui.rows.tree_view import TreeView

_KINDS = {
    EntryType.REGULAR: "file",
    EntryType.HARDLINK: "broken hardlink",
    EntryType.SYMLINK: "symlink",
    EntryType.CHARACTER_DEVICE: "character device",
    EntryType.BLOCK_DEVICE: "block device",
    EntryType.DIRECTORY: "directory",
    EntryType.FIFO: "fifo",
}
_DEVICES = (EntryType.CHARACTER_DEVICE, EntryType.BLOCK_DEVICE)
_FATES = {Fate.OVERWRITTEN: "overwritten", Fate.DELETED: "deleted", Fate.SHADOWED: "shadowed"}
_CONTENT_KINDS = {
    ContentKind.NONE: "",
    ContentKind.XXH3: "xxh3",
    ContentKind.XXH3_SPARSE: "xxh3 sparse",
    ContentKind.SHA256: "sha256",
}
MOST_PARTNERS = 20


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a path: the layer that wrote it, its fate, and its killer (None while it is live)."""

    layer: int
    size: int
    fate: str
    killer: int | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class PathDetails:
    """The version of a path that is shown; `path`, `link` and `partners` are bytes from outside, and not yet safe.

    `total_size` is the size of what is shown below a directory, `total_compressed_size` its share of the pull;
    `only_gone` says that all of it is removed, or ghosts; `removed_size` is what the scope removed below it.
    `wasted_size` has all dead versions below, shown or not. `device` has the numbers of a device, `content` the kind
    and the value of what identifies the content of a file. `package` is the package of the file, and not yet safe.
    `in_pair` says that the versions are of two images.
    """

    path: bytes
    kind: str
    mode: str
    owner: str
    size: int
    total_size: int
    only_gone: bool
    removed_size: int
    compressed_size: int
    total_compressed_size: int
    wasted_size: int
    mtime: int | None
    link: bytes
    content: tuple[str, int] | None
    device: tuple[int, int] | None
    implied: bool
    xattrs: Mapping[str, bytes]
    partners: tuple[bytes, ...]
    versions: tuple[VersionRow, ...]
    package: str = ""
    in_pair: bool = False

    @property
    def is_directory(self) -> bool:
        """Whether the path is a directory."""
        return self.kind == _KINDS[EntryType.DIRECTORY]


def path_details(tree: TreeView, node: int, version: int | None = None) -> PathDetails:
    """The details of a node as the tree shows it, or of another version of its path."""
    stack = tree.compared.stack
    version = int(tree.versions[node]) if version is None else version
    row = int(stack.versions.inodes[version])
    columns = stack.entries.columns
    kind, mode, device = EntryType(int(columns.types[row])), int(columns.modes[row]), int(columns.devices[row])
    implied = row == stack.entries.implied_row
    return PathDetails(
        path=stack.nodes.path(node),
        kind=_KINDS[kind],
        mode=f"{mode_letters(TYPE_WORDS[kind], mode)}  {mode:04o}",
        owner=f"{columns.uids[row]}:{columns.gids[row]}",
        size=int(stack.content_sizes[version]),
        total_size=int(tree.sizes[node]),
        only_gone=bool(tree.only_gone[node]),
        removed_size=int(tree.removed_sizes[node]),
        compressed_size=int(columns.compressed_sizes[row]),
        total_compressed_size=int(tree.compressed_sizes[node]),
        wasted_size=tree.wasted_size(node),
        mtime=None if implied else int(columns.mtimes[row]),
        link=columns.links[row],
        content=_identity(columns, row) if kind == EntryType.REGULAR else None,
        device=(device >> 32, device & 0xFFFFFFFF) if kind in _DEVICES else None,
        implied=implied,
        xattrs=columns.xattrs.get(row, {}),
        partners=_partners(tree, version),
        versions=_versions(stack, node, version),
        package=_package(stack, version),
        in_pair=tree.compared.scope.in_pair,
    )


def _package(stack: Stack, version: int) -> str:
    owner = stack.owner_of(version)
    return f"{owner.name} {owner.version} ({owner.manager})" if owner else ""


def _identity(columns: EntryColumns, row: int) -> tuple[str, int]:
    """Kind and value; the kind is empty if the file was not read whole, as nothing identifies its content then."""
    return _CONTENT_KINDS[ContentKind(int(columns.content_kinds[row]))], int(columns.content_hashes[row])


def layers_of(stack: Stack, node: int) -> list[int]:
    """The layers that wrote or removed a path, lowest first."""
    versions = [version for version in _versions(stack, node, -1) if version.fate != _FATES[Fate.SHADOWED]]
    ends = {version.killer for version in versions if version.killer is not None}
    return sorted(ends.union(version.layer for version in versions))


def _partners(tree: TreeView, version: int) -> tuple[bytes, ...]:
    """The other paths in the tree that are links to the same file."""
    stack = tree.compared.stack
    if not stack.is_linked[version]:
        return ()
    same = (stack.versions.inodes == stack.versions.inodes[version]).nonzero()[0]
    there = same[(tree.versions[stack.versions.nodes[same]] == same) & (same != version)]
    return tuple(stack.nodes.path(int(stack.versions.nodes[other])) for other in there[:MOST_PARTNERS])


def _versions(stack: Stack, node: int, shown: int) -> tuple[VersionRow, ...]:
    versions = stack.versions
    return tuple(
        VersionRow(
            layer=int(versions.born[number]),
            size=int(stack.content_sizes[number]),
            fate=_FATES.get(Fate(int(versions.fates[number])), ""),
            killer=None if versions.died[number] in (NEVER, NOTHING) else int(versions.died[number]),
            is_shown=number == shown,
        )
        for number in versions.of_node(node)
    )
