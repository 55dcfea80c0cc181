"""The visible nodes of the tree as rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.patterns import PathPattern
from layerscope.insight.marks import Changes, Mark
from layerscope.insight.what_if import is_marked
from layerscope.layers.layer_index import EntryType
from layerscope.report.files import TYPE_WORDS
from layerscope.report.long_listing import SIGNS, mode_letters
from layerscope.tui.rows.chains import LITTLE_CHANGED
from layerscope.tui.rows.tree_view import TreeView

_LOOKS = {change: change.name.lower() for change in Change} | {Change.ABSENT: "ghost", Change.UNKNOWN: "modified"}
_SYMLINK_LIMIT = 500
NO_CHANGES = Changes()
_SIZED = (EntryType.REGULAR, EntryType.DIRECTORY)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One node. `look` is the component class of its change; `opened` is None if nothing is below.

    `size` is None if the node has no content of its own; `removed_size` is what the scope removed at or below it. Both
    are shares of `total_size`. `name` is in pieces, of which every second one is what a search found. `above` are the
    directories that share its row. `name`, `above` and `link` are bytes from outside, and not yet safe.
    """

    name: tuple[bytes, ...]
    depth: int
    sign: str
    look: str
    mode: str
    owner: str
    size: int | None
    removed_size: int
    compressed_size: int
    total_size: int
    opened: bool | None
    is_directory: bool
    above: bytes = b""
    link: bytes = b""
    is_marked: bool = False
    note: str = ""


def file_row(tree: TreeView, node: int, changes: Changes = NO_CHANGES) -> FileRow:
    """The row of a node; it is marked if these changes drop what it shows."""
    stack = tree.compared.stack
    version = int(tree.versions[node])
    inode = stack.versions.inodes[version]
    columns = stack.entries.columns
    kind = int(columns.types[inode])
    sign, look = _sign(tree, node)
    return FileRow(
        name=_name(tree, node),
        depth=tree.depth(node),
        sign=sign,
        look=look,
        mode=mode_letters(TYPE_WORDS[EntryType(kind)], int(columns.modes[inode])),
        owner=f"{columns.uids[inode]}:{columns.gids[inode]}",
        size=tree.size_of(node) if kind in _SIZED else None,
        removed_size=tree.removed_size_of(node) if tree.has_removed_sizes and kind in _SIZED else 0,
        compressed_size=int(tree.compressed_sizes[node]),
        total_size=int(tree.measured[ROOT] + (tree.removed_sizes[ROOT] if tree.has_removed_sizes else 0)),
        opened=bool(tree.expanded[node]) if tree.has_children(node) else None,
        is_directory=kind == EntryType.DIRECTORY,
        is_marked=bool(changes.count) and is_dropped(tree, node, changes),
        above=_above(tree, node),
        link=columns.links[inode][:_SYMLINK_LIMIT] if kind == EntryType.SYMLINK else b"",
        note=_note(tree, node, version),
    )


def mark_of(tree: TreeView, node: int) -> Mark:
    """A node as the tree shows it: what the layers of the scope changed, or all versions up to the scope."""
    scope = tree.compared.scope
    first = scope.layers.start if tree.shows_only_changes else 0
    return Mark(tree.compared.stack.nodes.path(node), first, scope.after)


def is_dropped(tree: TreeView, node: int, changes: Changes) -> bool:
    """Whether changes drop what the tree shows of a node; of a directory all that is below it."""
    own, version = mark_of(tree, node), int(tree.versions[node])
    if own in changes.marks or changes.holder(own) or set(range(own.first, own.last + 1)) <= set(changes.layers):
        return True
    versions, types = tree.compared.stack.versions, tree.compared.stack.entries.columns.types
    if version < 0 or types[versions.inodes[version]] == EntryType.DIRECTORY:
        return False
    born, died, fate = int(versions.born[version]), int(versions.died[version]), int(versions.fates[version])
    return born in changes.layers or is_marked(changes.marks, own.path, born, died, fate)


def name_pieces(path: bytes, patterns: Iterable[PathPattern]) -> tuple[bytes, ...]:
    """The last part of a path in pieces; every second one is matched by patterns."""
    name = path[path.rfind(b"/") + 1 :]
    spans = sorted(span for pattern in patterns if (span := pattern.span_in(path)))
    pieces, end = [], 0
    for start, stop in spans:
        if stop > max(start, end):
            first = max(start, end)
            pieces += [name[end:first], name[first:stop]]
            end = stop
    return *pieces, name[end:]


def _name(tree: TreeView, node: int) -> tuple[bytes, ...]:
    patterns = tree.found.query.patterns if tree.found else ()
    return (b"/",) if node == ROOT else name_pieces(tree.compared.stack.nodes.path(node), patterns)


def _above(tree: TreeView, node: int) -> bytes:
    """The directories that share the row of a node, with the slash before the node's own name."""
    nodes = tree.compared.stack.nodes
    path, top = nodes.path(node), nodes.path(tree.row_top(node))
    return path[top.rfind(b"/") + 1 : path.rfind(b"/") + 1]


def _sign(tree: TreeView, node: int) -> tuple[str, str]:
    """The sign of a node's own change; a directory with no or little change shows changes below it."""
    change = Change(int(tree.compared.comparison.changes[node]))
    if change in LITTLE_CHANGED and tree.compared.holds_changes(node):
        return SIGNS[Change.MODIFIED], "holds-changes"
    return SIGNS[change], _LOOKS[change]


def _note(tree: TreeView, node: int, version: int) -> str:
    """Why a path is modified, and that it is a hardlink."""
    notes = []
    reasons = Reason(int(tree.compared.comparison.reasons[node]))
    if reasons and _sign(tree, node)[1] != "holds-changes":
        names = (reason.name.lower().replace("_", " ") for reason in reasons if reason.name)
        notes += ["time" if name == "mtime" else name for name in names]
    if tree.compared.stack.is_linked[version]:
        notes.append("hardlink")
    return f"({', '.join(dict.fromkeys(notes))})" if notes else ""
