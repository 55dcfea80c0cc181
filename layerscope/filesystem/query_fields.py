"""The fields of the query language; each reads a value and returns a condition on the versions of a table."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from fnmatch import translate
from functools import partial

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change
from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.patterns import PathPattern
from layerscope.filesystem.versions import Fate
from layerscope.layers.layer_index import EntryType

Mask = NDArray[np.bool_]
Condition = Callable[[FileTable], Mask]

_TYPES = {
    "f": EntryType.REGULAR,
    "d": EntryType.DIRECTORY,
    "l": EntryType.SYMLINK,
    "c": EntryType.CHARACTER_DEVICE,
    "b": EntryType.BLOCK_DEVICE,
    "p": EntryType.FIFO,
}
_TYPE_MEANINGS = {
    "f": "file",
    "d": "directory",
    "l": "symlink",
    "c": "character device",
    "b": "block device",
    "p": "fifo",
}
_MODES = {"suid": 0o4000, "sgid": 0o2000, "sticky": 0o1000, "ww": 0o002, "x": 0o111}
_MODE_MEANINGS = {"ww": "writable by all", "x": "executable"}
_CHANGES = {"added": Change.ADDED, "modified": Change.MODIFIED, "removed": Change.REMOVED, "touched": Change.TOUCHED}
_FATES = {fate.name.lower(): fate for fate in Fate}
_NUMBERS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_OWNER = re.compile(r"(\d{0,10})(?::(\d{1,10}))?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kmgt]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_COMPARE: Mapping[str, Callable[[NDArray[np.int64], int], Mask]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
}


class BadValue(ValueError):
    """The value of a field is wrong; the message says what the field takes."""


def _size(sign: str, value: str) -> Condition:
    compare, limit = _COMPARE[sign], _bytes(value)
    return lambda table: (table.types == EntryType.REGULAR) & compare(table.sizes, limit)


def _pull(sign: str, value: str) -> Condition:
    compare, limit = _COMPARE[sign], _bytes(value)
    return lambda table: compare(table.pull_sizes, limit)


def _bytes(value: str) -> int:
    match = _SIZE.fullmatch(value)
    if match is None or len(value) > 20:
        raise BadValue("a size is, for example, 10M, 1.5G or 64Ki")
    number, unit, binary = match.groups()
    return int(float(number) * (1024 if binary else 1000) ** _POWERS[unit.lower()])


def _one_of(words: Mapping[str, int], what: str, value: str, meanings: Mapping[str, str] | None = None) -> int:
    if value not in words:
        *named, last = (f"{word} ({meanings[word]})" if meanings and word in meanings else word for word in words)
        raise BadValue(f"{what} is {', '.join(named)} or {last}")
    return words[value]


def _type(value: str) -> Condition:
    wanted = _one_of(_TYPES, "a type", value, _TYPE_MEANINGS)
    return lambda table: np.asarray(table.types == wanted)


def _mode(value: str) -> Condition:
    """Bits of the mode; a symlink has a mode that means nothing, and directories are always executable."""
    bits = _one_of(_MODES, "a mode", value, _MODE_MEANINGS)
    ignored = (EntryType.SYMLINK, EntryType.DIRECTORY) if value == "x" else (EntryType.SYMLINK,)
    return lambda table: ((table.modes & bits) != 0) & ~np.isin(table.types, ignored)


def _owner(value: str) -> Condition:
    match = _OWNER.fullmatch(re.sub(r"^root\b", "0", value))
    if match is None or not any(match.groups()):
        raise BadValue("an owner is `root` or a number, for example `owner:1000` or `owner:0:42`")
    uid, gid = match.groups()
    return partial(_owned, int(uid) if uid else None, int(gid) if gid else None)


def _owned(uid: int | None, gid: int | None, table: FileTable) -> Mask:
    inodes, found = table.stack.versions.inodes, np.ones(table.stack.versions.count, bool)
    if uid is not None:
        found &= table.columns.uids[inodes] == uid
    if gid is not None:
        found &= table.columns.gids[inodes] == gid
    return found


def _layer(value: str) -> Condition:
    """The layers that wrote the versions."""
    first, last = _layers(value)
    return lambda table: _between(table.stack.versions.born, first, last)


def removed_by(value: str) -> Condition:
    """The layers that removed the versions."""
    first, last = _layers(value)
    return lambda table: table.is_removed & _between(table.stack.versions.died, first, last)


def _layers(value: str) -> tuple[int, int]:
    match = _NUMBERS.fullmatch(value)
    if match is None:
        raise BadValue("a layer is a number or a range, for example `layer:7` or `layer:3-5`")
    return int(match[1]), int(match[2] or match[1])


def _between(layers: NDArray[np.int16], first: int, last: int) -> Mask:
    return np.asarray((layers >= first) & (layers <= last))


def _change(value: str) -> Condition:
    wanted = _one_of(_CHANGES, "a change", value)
    if wanted == Change.REMOVED:
        return lambda table: table.is_removed
    return lambda table: np.asarray(table.changes == wanted)


def _fate(value: str) -> Condition:
    wanted = _one_of(_FATES, "a fate", value)
    return lambda table: np.asarray(table.stack.versions.fates == wanted)


def _extension(value: str) -> Condition:
    if not value or "/" in value:
        raise BadValue("an extension is, for example, `ext:so`")
    pattern = PathPattern(rf"\.{re.escape(value.removeprefix('.'))}$", is_regex=True)
    return lambda table: table.of_nodes(table.names.matching(pattern.pattern, ignore_case=pattern.ignores_case))


def _package(value: str) -> Condition:
    """The files of the packages with that name, or of those whose name matches a glob."""
    if not value:
        raise BadValue("a package is a name or a glob, for example `pkg:openssl` or `pkg:lib*`")
    matches = re.compile(translate(value.lower())).match

    def owned(table: FileTable) -> Mask:
        ownership = table.stack.ownership
        wanted = [matches(one.package.name.lower()) is not None for one in ownership.packages]
        return np.array([*wanted, False])[ownership.owners]

    return owned


def _time(compare: Callable[[NDArray[np.int64], int], Mask], value: str) -> Condition:
    try:
        moment = dt.datetime.fromisoformat(value)
        seconds = int(moment.replace(tzinfo=moment.tzinfo or dt.UTC).timestamp())
    except (ValueError, OverflowError) as error:
        raise BadValue("a date is, for example, 2025-01-31") from error
    return lambda table: compare(table.columns.mtimes[table.stack.versions.inodes], seconds)


def _duplicate(_: str) -> Condition:
    return lambda table: table.is_duplicate


def _wasted(_: str) -> Condition:
    return lambda table: (table.stack.versions.fates != Fate.LIVE) & (table.sizes > 0)


Fields = Mapping[str, Callable[[str], Condition]]
SIZE_FIELDS: Mapping[str, Callable[[str, str], Condition]] = {"": _size, "size": _size, "pull": _pull}
FIELDS: Fields = {
    "type": _type,
    "mode": _mode,
    "owner": _owner,
    "layer": _layer,
    "change": _change,
    "fate": _fate,
    "ext": _extension,
    "pkg": _package,
    "newer": partial(_time, np.greater_equal),
    "older": partial(_time, np.less),
    "dup": _duplicate,
    "wasted": _wasted,
}
