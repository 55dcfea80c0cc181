"""What an extraction writes: directories, files by the layer that has their bytes, links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerscope.content.files import StoredFile
from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.snapshot import Snapshot
from layerscope.filesystem.stack import Stack
from layerscope.layers.layer_index import ContentKind, EntryFlag, EntryType
from layerscope.layers.tar.notices import WarningCounts

DEVICE = "not written: devices and pipes"
SPARSE = "not written: sparse files"
BROKEN = "not written: broken hardlinks"
OUTWARD = "not written: symlinks that lead out of the directory"


@dataclass(frozen=True, slots=True)
class Attributes:
    """Permission bits as the tar has them, and seconds since the epoch; None if no tar has them."""

    mode: int
    mtime: int | None


PlannedFile = tuple[bytes, Attributes, StoredFile]
"""A path below the target directory, and the file that is written there."""


@dataclass(slots=True)
class Plan:
    """Everything to write, by paths below the target directory.

    The keys of `files` are layers; the files of a layer are in the order of its tar. `hardlinks` map further names of a
    file to its first name, `symlinks` their names to targets. `notices` say what is left out.
    """

    directories: list[tuple[bytes, Attributes]] = field(default_factory=list)
    files: dict[int, list[PlannedFile]] = field(default_factory=dict)
    hardlinks: list[tuple[bytes, bytes]] = field(default_factory=list)
    symlinks: list[tuple[bytes, Attributes, bytes]] = field(default_factory=list)
    notices: WarningCounts = field(default_factory=WarningCounts)

    @classmethod
    def of(cls, snapshot: Snapshot, path: bytes, *, outward_links: bool = False) -> Plan:
        """Everything at and below `path` in the snapshot, named by the last part of `path`.

        The root has no name: its entries go directly into the target directory. A symlink as the last part of `path`
        is not followed, earlier ones are. With `outward_links` symlinks may lead anywhere. Raises `NotFound`.
        """
        stack, versions = snapshot.stack, snapshot.versions
        top = snapshot.lookup(path, follow=False)
        if top is None:
            raise NotFound(f"`{display(path, limit=200)}` is not in the image after layer {snapshot.layer}")
        planner = _Planner(stack, outward_links=outward_links)
        name, above = _name(stack, top, path), len(stack.nodes.path(top))
        present = np.flatnonzero(versions[top : stack.nodes.ends[top]] >= 0) + top
        present = present[present != ROOT]
        for node, entry in zip(present.tolist(), _entries(stack, versions[present]), strict=True):
            whole = stack.nodes.path(node)
            planner.take(_joined(name, whole[above:]), whole, entry)
        return planner.finished()

    @classmethod
    def joined(cls, plans: Sequence[Plan]) -> Plan:
        """Several plans for one target directory; raises `UsageError` if two of them write the same name."""
        whole = cls()
        for plan in plans:
            if taken := set(whole.tops).intersection(plan.tops):
                raise UsageError(f"two of the paths are called `{display(min(taken), limit=200)}`: save one at a time")
            whole.directories += plan.directories
            whole.hardlinks += plan.hardlinks
            whole.symlinks += plan.symlinks
            for notice in plan.notices.items():
                whole.notices.add(*notice)
            for layer, files in plan.files.items():
                whole.files[layer] = sorted(whole.files.get(layer, []) + files, key=lambda item: item[2].data_offset)
        return whole

    @property
    def file_count(self) -> int:
        """The number of files, hardlinks not counted."""
        return sum(map(len, self.files.values()))

    @property
    def size(self) -> int:
        """Bytes of all files, each counted once, even with several names."""
        return sum(file.size for files in self.files.values() for *_, file in files)

    @property
    def tops(self) -> list[bytes]:
        """The paths directly in the target directory."""
        files = (item[0] for files in self.files.values() for item in files)
        others = (item[0] for items in (self.directories, self.hardlinks, self.symlinks) for item in items)
        return sorted(path for path in (*files, *others) if b"/" not in path)


class _Entry(NamedTuple):
    """The entry at one path; names with the same `row` are links to one file."""

    row: int
    kind: int
    mode: int
    mtime: int
    is_sparse: bool
    layer: int
    data_offset: int
    size: int
    content: int
    kind_of_content: int


def _entries(stack: Stack, versions: NDArray[np.int32]) -> Iterator[_Entry]:
    """The entries of these versions; many are read at once, because reading single elements of arrays is slow."""
    entries, rows = stack.entries.columns, stack.versions.inodes[versions]
    columns = (
        rows,
        entries.types[rows],
        entries.modes[rows],
        entries.mtimes[rows],
        entries.flags[rows] & np.uint8(EntryFlag.SPARSE) != 0,
        stack.layers[rows],
        entries.data_offsets[rows],
        entries.sizes[rows],
        entries.content_hashes[rows],
        entries.content_kinds[rows],
    )
    return map(_Entry._make, zip(*(column.tolist() for column in columns), strict=True))


class _Planner:
    def __init__(self, stack: Stack, *, outward_links: bool) -> None:
        self._entries = stack.entries
        self._links = stack.entries.columns.links
        self._implied_row = stack.entries.implied_row
        self._outward_links = outward_links
        self._plan = Plan()
        self._first_names: dict[int, bytes] = {}
        """The path with the content of each row."""

    def finished(self) -> Plan:
        for files in self._plan.files.values():
            files.sort(key=lambda item: item[2].data_offset)
        return self._plan

    def take(self, path: bytes, whole: bytes, entry: _Entry) -> None:
        """Plan one entry: its path below the target, its path in the image, and the entry."""
        attributes = Attributes(entry.mode, None if entry.row == self._implied_row else entry.mtime)
        match entry.kind:
            case EntryType.REGULAR:
                self._take_file(path, attributes, whole, entry)
            case EntryType.DIRECTORY:
                self._plan.directories.append((path, attributes))
            case EntryType.SYMLINK:
                self._take_symlink(path, attributes, self._links[entry.row])
            case EntryType.HARDLINK:
                self._plan.notices.add(BROKEN, path)
            case _:
                self._plan.notices.add(DEVICE, path)

    def _take_file(self, path: bytes, attributes: Attributes, whole: bytes, entry: _Entry) -> None:
        if entry.row in self._first_names:
            self._plan.hardlinks.append((path, self._first_names[entry.row]))
        elif entry.is_sparse:
            self._plan.notices.add(SPARSE, path)
        else:
            self._first_names[entry.row] = path
            kind, chunks = ContentKind(entry.kind_of_content), self._entries.chunks_of(entry.row)
            file = StoredFile(whole, entry.layer, entry.data_offset, entry.size, entry.content, kind, chunks)
            self._plan.files.setdefault(entry.layer, []).append((path, attributes, file))

    def _take_symlink(self, path: bytes, attributes: Attributes, target: bytes) -> None:
        if target and (self._outward_links or not leads_out(path, target)):
            self._plan.symlinks.append((path, attributes, target))
        else:
            self._plan.notices.add(OUTWARD, path)


def leads_out(path: bytes, target: bytes) -> bool:
    """Whether a symlink at `path` might lead out of the directory that `path` is relative to.

    A `..` after a name counts as leading out: the name may itself be a symlink, and lead anywhere.
    """
    if target.startswith(b"/"):
        return True
    parts = [part for part in target.split(b"/") if part not in (b"", b".")]
    climbs = next((number for number, part in enumerate(parts) if part != b".."), len(parts))
    return climbs > path.count(b"/") or b".." in parts[climbs:]


def _name(stack: Stack, top: int, path: bytes) -> bytes:
    """The last part of the user's path; the entry's own name if that part is not a name."""
    name = path.rstrip(b"/").rpartition(b"/")[2]
    return stack.nodes.name(top) if top == ROOT or name in (b"", b".", b"..") else name


def _joined(name: bytes, below: bytes) -> bytes:
    return b"/".join(part for part in (name, below.strip(b"/")) if part)
