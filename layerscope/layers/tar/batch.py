"""`Batch`: tar headers as they were found, decoded together to the columns of a `LayerIndex`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import EntryFlag, EntryRole, EntryType, LayerIndex
from layerscope.layers.tar import fields
from layerscope.layers.tar.names import MAX_NAME_SIZE, clean, clean_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layerscope.layers.tar.extras import Extras
    from layerscope.layers.tar.fields import Blocks
    from layerscope.layers.tar.names import Names
    from layerscope.layers.tar.notices import Notices

OLD_SPARSE = ord("S")
_DUMP_DIRECTORY = ord("D")
_OLD_REGULAR = 0
_CONTIGUOUS = ord("7")

BAD_NAME = "with a name that cannot be applied"
ESCAPING = "with a name that climbs with `..`, taken below the root"
BAD_TIME = "with a time that cannot be read"
BODY = "with a size although the type has no content"
UNKNOWN_TYPE = "of an unknown type, taken for a regular file"


def _type_table() -> NDArray[np.uint8]:
    table = np.full(256, EntryType.REGULAR, np.uint8)
    table[list(EntryType)] = list(EntryType)
    table[_DUMP_DIRECTORY] = EntryType.DIRECTORY
    return table


_TYPES = _type_table()
_KNOWN = np.isin(np.arange(256), [*EntryType, _OLD_REGULAR, _CONTIGUOUS, OLD_SPARSE, _DUMP_DIRECTORY])


@dataclass(slots=True)
class Batch:
    """Entries not yet decoded: header, offset and size of the stored data, content hash; extras by row."""

    headers: list[bytes] = field(default_factory=list)
    data_offsets: list[int] = field(default_factory=list)
    stored_sizes: list[int] = field(default_factory=list)
    contents: list[int] = field(default_factory=list)
    extras: dict[int, Extras] = field(default_factory=dict)

    def decode(self, notices: Notices) -> tuple[LayerIndex, Damage | None]:
        """The columns of the entries before the first damaged header, and that damage."""
        blocks = fields.blocks_of(self.headers)
        damage = self._find_damage(blocks)
        if damage:
            row, problem = damage
            self._keep(row)
            return self._columns(blocks[:row], notices), problem
        return self._columns(blocks, notices), None

    def _keep(self, count: int) -> None:
        for column in (self.headers, self.data_offsets, self.stored_sizes, self.contents):
            del column[count:]
        self.extras = {row: extras for row, extras in self.extras.items() if row < count}

    def _find_damage(self, blocks: Blocks) -> tuple[int, Damage] | None:
        found = [(row, "has a wrong checksum") for row in fields.wrong_checksums(blocks)[:1].tolist()]
        for what, where in (("mode", fields.MODE), ("uid", fields.UID), ("gid", fields.GID)):
            rows = fields.number_column(blocks, where)[1].tolist()
            found += [(row, f"has an unreadable {what}") for row in rows if not self._says(row, what)]
        if not found:
            return None
        row, problem = min(found)
        return row, Damage(f"the header at byte {self.data_offsets[row] - 512:,} {problem}")

    def _says(self, row: int, what: str) -> bool:
        return what != "mode" and row in self.extras and getattr(self.extras[row], what) is not None

    def _columns(self, blocks: Blocks, notices: Notices) -> LayerIndex:
        names = self._names(blocks)
        types, sizes = self._types_and_sizes(blocks, names, notices)
        regular = types == EntryType.REGULAR
        mtimes, bad_times = fields.number_column(blocks, fields.MTIME)
        uids, gids = (fields.number_column(blocks, where)[0] for where in (fields.UID, fields.GID))
        flags = names.flags | np.where(self._sparse(blocks), np.uint8(EntryFlag.SPARSE), np.uint8(0))
        self._override(uids, gids, mtimes)
        roles = _roles(names, types)
        self._notice_times(names, bad_times, notices)
        _add_rows(notices, ESCAPING, np.flatnonzero(flags & EntryFlag.ESCAPING), names)
        _add_rows(notices, BAD_NAME, np.flatnonzero(roles == EntryRole.INVALID), names)
        return LayerIndex(
            paths=names.paths,
            links=self._links(blocks, types),
            types=types,
            roles=roles,
            flags=flags,
            modes=(fields.number_column(blocks, fields.MODE)[0] & 0o7777).astype(np.uint16),
            uids=uids,
            gids=gids,
            sizes=sizes,
            mtimes=mtimes,
            devices=_devices(blocks, types),
            contents=np.where(regular, np.array(self.contents, np.uint64), np.uint64(0)),
            data_offsets=np.array(self.data_offsets, np.int64),
            compressed_sizes=np.zeros(len(blocks), np.int64),
            xattrs={row: extras.xattrs for row, extras in self.extras.items() if extras.xattrs},
        )

    def _names(self, blocks: Blocks) -> Names:
        names = fields.name_column(blocks)
        for row, extras in self.extras.items():
            if extras.path is not None:
                names[row] = extras.path
        return clean_names(names)

    def _types_and_sizes(
        self, blocks: Blocks, names: Names, notices: Notices
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        raw = blocks[:, fields.TYPE]
        types = _TYPES[raw]
        # Before there was a type for directories they were regular files whose name ends with a slash.
        types[names.slashed & ((raw == _OLD_REGULAR) | (raw == EntryType.REGULAR))] = EntryType.DIRECTORY
        sizes = np.array(self.stored_sizes, np.int64)
        for row, extras in self.extras.items():
            if extras.real_size is not None:
                sizes[row] = extras.real_size
        regular = types == EntryType.REGULAR
        _add_rows(notices, UNKNOWN_TYPE, np.flatnonzero(~_KNOWN[raw]), names)
        _add_rows(notices, BODY, np.flatnonzero(~regular & (raw != _DUMP_DIRECTORY) & _has_size(blocks)), names)
        return types, np.where(regular, sizes, 0)

    def _sparse(self, blocks: Blocks) -> NDArray[np.bool_]:
        sparse: NDArray[np.bool_] = blocks[:, fields.TYPE] == OLD_SPARSE
        sparse[[row for row, extras in self.extras.items() if extras.real_size is not None]] = True
        return sparse

    def _override(self, uids: NDArray[np.int64], gids: NDArray[np.int64], mtimes: NDArray[np.int64]) -> None:
        for row, extras in self.extras.items():
            if extras.uid is not None:
                uids[row] = extras.uid
            if extras.gid is not None:
                gids[row] = extras.gid
            if extras.mtime is not None:
                mtimes[row] = extras.mtime

    def _links(self, blocks: Blocks, types: NDArray[np.uint8]) -> ByteStrings:
        links = [b""] * len(blocks)
        rows = np.flatnonzero((types == EntryType.SYMLINK) | (types == EntryType.HARDLINK))
        for row, link in zip(rows.tolist(), fields.text_column(blocks[rows], fields.LINK), strict=True):
            said = self.extras[row].link if row in self.extras else None
            target = link if said is None else said
            links[row] = (clean(target)[0] if types[row] == EntryType.HARDLINK else target)[:MAX_NAME_SIZE]
        return ByteStrings.of(links)

    def _notice_times(self, names: Names, bad_times: NDArray[np.intp], notices: Notices) -> None:
        said = [row for row, extras in self.extras.items() if extras.has_bad_time]
        unsaid = [row for row in bad_times.tolist() if row not in self.extras or self.extras[row].mtime is None]
        _add_rows(notices, BAD_TIME, np.array(sorted({*said, *unsaid}), np.intp), names)


def _roles(names: Names, types: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The roles by name, but that nothing except a directory can stand at the root."""
    misplaced = (names.paths.lengths() == 0) & (types != EntryType.DIRECTORY)
    return np.where(misplaced, np.uint8(EntryRole.INVALID), names.roles)


def _add_rows(notices: Notices, kind: str, rows: NDArray[np.intp], names: Names) -> None:
    if len(rows):
        notices.add(kind, names.paths[rows[0]], len(rows))


def _has_size(blocks: Blocks) -> NDArray[np.bool_]:
    field = blocks[:, fields.SIZE]
    has_digits: NDArray[np.bool_] = ((field != 0) & (field != ord(" ")) & (field != ord("0"))).any(axis=1)
    return has_digits


def _devices(blocks: Blocks, types: NDArray[np.uint8]) -> NDArray[np.int64]:
    devices = np.zeros(len(blocks), np.int64)
    rows = np.flatnonzero((types == EntryType.CHARACTER_DEVICE) | (types == EntryType.BLOCK_DEVICE))
    if len(rows):
        major, minor = (fields.number_column(blocks[rows], where)[0] for where in (fields.MAJOR, fields.MINOR))
        devices[rows] = (major & 0x7FFFFFFF) << 32 | (minor & 0xFFFFFFFF)
    return devices
