"""What differs at one path between two images: the kind of change, its reasons, and the bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np

from layerscope.blobs.store import BlobStore
from layerscope.cache.layer_cache import LayerCache
from layerscope.content.file_diff import ContentDiff, diff_contents
from layerscope.content.files import open_version
from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.comparison import CHANGE_OF, why
from layerscope.filesystem.stack import Stack
from layerscope.insight.analysis import Analysis
from layerscope.insight.file_changes import Equality, FileChanges
from layerscope.insight.image_diff import ImageDiff
from layerscope.layers.layer_index import EntryFlag, EntryType
from layerscope.oci import Image

Watch = Callable[[Iterable[bytes]], Iterator[bytes]]


@dataclass(frozen=True, eq=False)
class Side:
    """A path in a file system of one image; `version` is None if it is not there."""

    store: BlobStore
    image: Image
    stack: Stack
    version: int | None

    @classmethod
    def of(cls, store: BlobStore, analysis: Analysis, path: bytes) -> Side:
        """The path in the final file system. Symlinks on the way are followed, but not the path itself."""
        snapshot = analysis.stack.final
        node = snapshot.lookup(path, follow=False)
        version = int(snapshot.versions[node]) if node is not None else -1
        return cls(store, analysis.image, analysis.stack, version if version >= 0 else None)

    @property
    def node(self) -> int | None:
        """The node of the path."""
        return None if self.version is None else int(self.stack.versions.nodes[self.version])

    @property
    def row(self) -> int:
        """The entry with the content and attributes of the path; it must be there."""
        return int(self.stack.versions.inodes[self.version])

    @property
    def type(self) -> EntryType | None:
        """The type of the path; None if it is not there."""
        if self.version is None:
            return None
        return EntryType(int(self.stack.entries.columns.types[self.row]))

    @property
    def size(self) -> int | None:
        """Bytes of content; None if it is not there."""
        return None if self.version is None else int(self.stack.entries.columns.sizes[self.row])

    def open(self, memory: LayerCache | None, watch: Watch) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of the file; none if it is not a regular file. Raises what `open_file` raises."""
        return self.open_file(memory, watch) if self.type is EntryType.REGULAR else nullcontext(iter(()))

    def open_file(self, memory: LayerCache | None, watch: Watch) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of the file, which must be there; raises `UsageError` if it is not a regular file."""
        assert self.version is not None
        return open_version(self.store, self.image, self.stack, self.version, memory=memory, watch=watch)

    @property
    def is_readable(self) -> bool:
        """Whether `open` can read the content: sparse files cannot be read."""
        flags = self.stack.entries.columns.flags
        return self.version is None or self.type is not EntryType.REGULAR or not flags[self.row] & EntryFlag.SPARSE


@dataclass(frozen=True, eq=False)
class PathDiff:
    """A path in two images.

    `content` is None if no bytes were compared, because they are known to be equal or cannot be read. `below` has what
    differs below a directory.
    """

    before: Side
    after: Side
    change: Change
    reasons: Reason
    content: ContentDiff | None = None
    below: FileChanges | None = None

    @property
    def equality(self) -> Equality:
        """Whether the path and everything below it is equal, apart from times."""
        return Equality.of({self.change, *(self.below.changes.tolist() if self.below else ())})


def compare_path(  # noqa: PLR0913 - what, from where, and how
    diff: ImageDiff,
    old_store: BlobStore,
    new_store: BlobStore,
    path: bytes,
    watch: Watch,
    *,
    memory: LayerCache | None = None,
) -> PathDiff:
    """Compare a path of two images; the bytes of a file are read if they may differ.

    All chunks pass through `watch`. `memory` keeps checkpoints of the layers. Raises `NotFound` if no image has the
    path, and what `open_file` raises.
    """
    before, after = Side.of(old_store, diff.before, path), Side.of(new_store, diff.after, path)
    if before.version is None and after.version is None:
        raise NotFound(f"neither image has `{display(path, limit=200)}`", hint=_hint(diff))
    below = _below(diff, before, after)
    return replace(compare_sides(before, after, watch, memory=memory), below=below)


def compare_sides(before: Side, after: Side, watch: Watch, *, memory: LayerCache | None = None) -> PathDiff:
    """Compare two versions, at least one of which is there; both must be of the same merge.

    The bytes of a file are read if they may differ; raises what `open_file` raises.
    """
    found = _without_content(before, after)
    if not (_may_differ(found) and before.is_readable and after.is_readable):
        return found
    with before.open(memory, watch) as old, after.open(memory, watch) as new:
        content = diff_contents(watch(old), watch(new))
    if found.reasons & Reason.CONTENT_UNKNOWN:
        reasons = _settled(found.reasons, content)
        found = replace(found, reasons=reasons, change=Change(int(CHANGE_OF[reasons])))
    return replace(found, content=content)


def _hint(diff: ImageDiff) -> str | None:
    return None if diff.is_whole else "it may be in a layer that could not be read"


def _below(diff: ImageDiff, before: Side, after: Side) -> FileChanges | None:
    """What differs below a path that is a directory in an image; raises `UsageError` if it leads to two directories."""
    nodes = {side.node for side in (before, after) if side.node is not None}
    if EntryType.DIRECTORY not in (before.type, after.type):
        return None
    if len(nodes) > 1:
        raise UsageError("a symlink in the path leads to another directory in the other image")
    return diff.files.below(nodes.pop())


def _may_differ(diff: PathDiff) -> bool:
    """Whether one side is a file whose bytes may differ from the other side."""
    reasons = Reason.CONTENT | Reason.CONTENT_UNKNOWN | Reason.TYPE
    is_open = diff.change in (Change.ADDED, Change.REMOVED) or bool(diff.reasons & reasons)
    return is_open and EntryType.REGULAR in (diff.before.type, diff.after.type)


def _settled(reasons: Reason, content: ContentDiff) -> Reason:
    """The reasons when the bytes themselves have been compared."""
    known = reasons & ~Reason.CONTENT_UNKNOWN
    return known if content.is_equal else known | Reason.CONTENT


def _without_content(before: Side, after: Side) -> PathDiff:
    """What is known of the path without reading any bytes."""
    if before.version is None or after.version is None:
        return PathDiff(before, after, Change.ADDED if before.version is None else Change.REMOVED, Reason(0))
    rows = (np.array([side.row], np.int32) for side in (before, after))
    reasons = Reason(int(why(before.stack.entries, *rows)[0]))
    return PathDiff(before, after, Change(int(CHANGE_OF[reasons])), reasons)
