"""`Batch`: tar headers, decoded together to the columns of a `LayerIndex`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import ContentKind, EntryFlag, EntryRole, EntryType, LayerIndex
from layerscope.layers.tar import fields
from layerscope.layers.tar.extras import Extras
from layerscope.layers.tar.fields import Blocks
from layerscope.layers.tar.metadata import has_unexpected_size, is_unknown, normalised
from layerscope.layers.tar.names import MAX_NAME_SIZE, CleanNames, clean, clean_names
from layerscope.layers.tar.notices import WarningCounts

if TYPE_CHECKING:
    Numbers = dict[str, tuple[NDArray[np.int64], NDArray[np.intp]]]
    """Columns of numbers, and for each column the rows without a number."""

_COUNT = 2048
_METADATA_SIZE = 1 << 22
_CONTENT_KINDS = np.array([ContentKind.XXH3, ContentKind.XXH3_SPARSE], np.uint8)
_NUMBERS = {"mode": fields.MODE, "uid": fields.UID, "gid": fields.GID, "mtime": fields.MTIME}

BAD_NAME = "with a name that cannot be applied"
ESCAPING = "with `..` in its name, read as a path inside the image"
BAD_TIME = "with a time that cannot be read"
BODY = "with a size although the type has no content"
LONG_XATTR = "with an extended attribute left out, because its name is too long"
UNKNOWN_TYPE = "of an unknown type, read as a regular file"


@dataclass(slots=True)
class Batch:
    """Entries not yet decoded: header, offset and size of the stored data, content hash; extras by row.

    `metadata` has, for each metadata entry, the row that follows, the offset and the header, which is checked too.
    """

    headers: list[bytes] = field(default_factory=list)
    data_offsets: list[int] = field(default_factory=list)
    stored_sizes: list[int] = field(default_factory=list)
    content_hashes: list[int] = field(default_factory=list)
    extras: dict[int, Extras] = field(default_factory=dict)
    metadata: list[tuple[int, int, bytes]] = field(default_factory=list)

    metadata_size: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to decode."""
        return not self.headers and not self.metadata

    @property
    def is_full(self) -> bool:
        """Whether to decode now: the batch is large enough to be fast, or takes much memory."""
        return len(self.headers) + len(self.metadata) >= _COUNT or self.metadata_size >= _METADATA_SIZE

    def decode(self, notices: WarningCounts) -> tuple[LayerIndex, Damage | None]:
        """The columns of the entries before the first damaged header, and that damage."""
        blocks = fields.blocks_of(self.headers)
        numbers = {name: fields.number_column(blocks, where) for name, where in _NUMBERS.items()}
        damages = [*self._damages(blocks, numbers), *self._metadata_damages()]
        if not damages:
            return _Decoding(self, blocks, numbers).index(notices), None
        row, problem = min(damages)
        self._keep(row)
        kept = {name: (values[:row], bad[bad < row]) for name, (values, bad) in numbers.items()}
        return _Decoding(self, blocks[:row], kept).index(notices), Damage(problem)

    def _keep(self, count: int) -> None:
        for column in (self.headers, self.data_offsets, self.stored_sizes, self.content_hashes):
            del column[count:]
        self.extras = {row: extras for row, extras in self.extras.items() if row < count}

    def _damages(self, blocks: Blocks, numbers: Numbers) -> list[tuple[int, str]]:
        """The first row of each kind of damage, with a sentence."""
        found = [(row, "has a wrong checksum") for row in fields.wrong_checksums(blocks)[:1].tolist()]
        for name in ("mode", "uid", "gid"):
            rows = [row for row in numbers[name][1].tolist() if not self._is_said(row, name)]
            found += [(row, f"has an unreadable {name}") for row in rows[:1]]
        return [(row, f"the header at byte {self.data_offsets[row] - 512:,} {problem}") for row, problem in found]

    def _metadata_damages(self) -> list[tuple[int, str]]:
        wrong = fields.wrong_checksums(fields.blocks_of([header for _, _, header in self.metadata]))
        rows = [self.metadata[place] for place in wrong[:1].tolist()]
        return [(row, f"the header at byte {offset:,} has a wrong checksum") for row, offset, _ in rows]

    def _is_said(self, row: int, name: str) -> bool:
        return row in self.extras and getattr(self.extras[row], name, None) is not None


class _Decoding:
    """Decodes blocks with right checksums to columns."""

    def __init__(self, batch: Batch, blocks: Blocks, numbers: Numbers) -> None:
        self.batch = batch
        self.blocks = blocks
        self.numbers = numbers
        self.names = self._names()
        self.sparse = self._sparse()
        self.types = normalised(blocks[:, fields.TYPE], self.names.slashed & ~self.sparse)
        self.links = self._links()

    def index(self, notices: WarningCounts) -> LayerIndex:
        """The columns; `compressed_sizes` stay empty."""
        regular = self.types == EntryType.REGULAR
        mtimes = self._mtimes(notices)
        roles = self._roles()
        self._notice(roles, notices)
        return LayerIndex(
            paths=self.names.paths,
            links=self.links,
            types=self.types,
            roles=roles,
            flags=self.names.flags | np.where(self.sparse, np.uint8(EntryFlag.SPARSE), np.uint8(0)),
            modes=(self.numbers["mode"][0] & 0o7777).astype(np.uint16),
            uids=self._overridden(self.numbers["uid"][0], "uid"),
            gids=self._overridden(self.numbers["gid"][0], "gid"),
            sizes=np.where(regular, self._overridden(np.array(self.batch.stored_sizes, np.int64), "real_size"), 0),
            mtimes=mtimes,
            devices=self._devices(),
            content_kinds=np.where(regular, _CONTENT_KINDS[self.sparse.view(np.uint8)], np.uint8(ContentKind.NONE)),
            content_hashes=np.where(regular, np.array(self.batch.content_hashes, np.uint64), np.uint64(0)),
            data_offsets=np.array(self.batch.data_offsets, np.int64),
            compressed_sizes=np.zeros(len(self.blocks), np.int64),
            xattrs={row: extras.xattrs for row, extras in self.batch.extras.items() if extras.xattrs},
        )

    def _overridden(self, column: NDArray[np.int64], name: str) -> NDArray[np.int64]:
        """The column, with values from the extras in place of those in the headers."""
        for row, extras in self.batch.extras.items():
            value = getattr(extras, name)
            if value is not None:
                column[row] = value
        return column

    def _names(self) -> CleanNames:
        names = fields.name_column(self.blocks)
        for row, extras in self.batch.extras.items():
            if extras.path is not None:
                names[row] = extras.path
        return clean_names(names)

    def _mtimes(self, notices: WarningCounts) -> NDArray[np.int64]:
        mtimes, bad = self.numbers["mtime"]
        extras = self.batch.extras
        unread = {row for row in bad.tolist() if row not in extras or extras[row].mtime is None}
        unread.update(row for row, said in extras.items() if said.has_bad_time)
        self._note(notices, BAD_TIME, np.array(sorted(unread), np.intp))
        return self._overridden(mtimes, "mtime")

    def _roles(self) -> NDArray[np.uint8]:
        """The roles by name; except that the root must be a directory, and a link target must not be too long."""
        impossible = (self.names.paths.lengths() == 0) & (self.types != EntryType.DIRECTORY)
        impossible |= self.links.lengths() > MAX_NAME_SIZE
        return np.where(impossible, np.uint8(EntryRole.INVALID), self.names.roles)

    def _sparse(self) -> NDArray[np.bool_]:
        sparse = np.zeros(len(self.blocks), np.bool_)
        sparse[[row for row, extras in self.batch.extras.items() if extras.is_sparse]] = True
        return sparse

    def _links(self) -> ByteStrings:
        links = [b""] * len(self.blocks)
        rows = np.flatnonzero((self.types == EntryType.SYMLINK) | (self.types == EntryType.HARDLINK))
        for row, link in zip(rows.tolist(), fields.text_column(self.blocks[rows], fields.LINK), strict=True):
            said = self.batch.extras[row].link if row in self.batch.extras else None
            target = link if said is None else said
            links[row] = clean(target)[0] if self.types[row] == EntryType.HARDLINK else target
        return ByteStrings.of(links)

    def _devices(self) -> NDArray[np.int64]:
        devices = np.zeros(len(self.blocks), np.int64)
        rows = np.flatnonzero((self.types == EntryType.CHARACTER_DEVICE) | (self.types == EntryType.BLOCK_DEVICE))
        major, minor = (fields.number_column(self.blocks[rows], where)[0] for where in (fields.MAJOR, fields.MINOR))
        devices[rows] = (major & 0x7FFFFFFF) << 32 | (minor & 0xFFFFFFFF)
        return devices

    def _notice(self, roles: NDArray[np.uint8], notices: WarningCounts) -> None:
        raw = self.blocks[:, fields.TYPE]
        unexpected = has_unexpected_size(raw, self.types, self.blocks[:, fields.SIZE])
        self._note(notices, UNKNOWN_TYPE, np.flatnonzero(is_unknown(raw)))
        long_xattrs = sorted(row for row, extras in self.batch.extras.items() if extras.has_long_xattr)
        self._note(notices, LONG_XATTR, np.array(long_xattrs, np.intp))
        self._note(notices, BODY, np.flatnonzero(unexpected))
        self._note(notices, ESCAPING, np.flatnonzero(self.names.flags & EntryFlag.ESCAPING))
        self._note(notices, BAD_NAME, np.flatnonzero(roles == EntryRole.INVALID))

    def _note(self, notices: WarningCounts, kind: str, rows: NDArray[np.intp]) -> None:
        if len(rows):
            notices.add(kind, self.names.paths[rows[0]], len(rows))
