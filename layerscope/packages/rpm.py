"""RPM's packages: the headers in `rpmdb.sqlite`. Berkeley and ndb databases of older systems are not read.

A header is a count of index entries and a size, both big-endian, then the entries of 16 bytes (tag, type, offset,
count), then the data (rpm's `docs/manual/hregions.md`).
"""

import sqlite3
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice

from layerscope.packages.package import MOST_PATHS, MOST_RECORDS, Package, Problems, text_of

MANAGER = "rpm"
_NAME, _VERSION, _RELEASE, _EPOCH, _ARCHITECTURE = 1000, 1001, 1002, 1003, 1022
_DIRECTORY_NUMBERS, _BASE_NAMES, _DIRECTORIES = 1116, 1117, 1118
_TAGS = frozenset((
    _NAME, _VERSION, _RELEASE, _EPOCH, _ARCHITECTURE, _DIRECTORY_NUMBERS, _BASE_NAMES, _DIRECTORIES,
))  # fmt: skip
_COUNTS = struct.Struct(">LL")
_ENTRY = struct.Struct(">LLLL")
_MOST_STEPS = 5_000_000
"""Instructions of SQLite for one database: a package needs about ten."""
_STEPS_AT_ONCE = 10_000
_LONGEST_HEADER = 1 << 25
_WAL_VERSIONS, _FILE_VERSIONS = b"\x02\x02", b"\x01\x01"
_VERSIONS = slice(18, 20)
_QUERY = "SELECT blob FROM Packages"
_IS_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'Packages' AND sql LIKE 'CREATE TABLE %'"


class _InvalidHeader(ValueError):
    """The bytes are no header of a package."""


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:
    """The installed packages; keys, which rpm lists like packages, have no files."""
    for path, data in files.items():
        try:
            for header in _headers(data):
                yield from _package(path, header, problems)
        except (sqlite3.Error, MemoryError, OverflowError) as error:
            problems.add(path, f"cannot be read as a database of rpm ({type(error).__name__})")


def _headers(data: bytes) -> Iterator[object]:
    """The headers in a database, which is opened in memory and may be hostile."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += _STEPS_AT_ONCE
        return steps > _MOST_STEPS

    if data[_VERSIONS] == _WAL_VERSIONS:
        data = data[: _VERSIONS.start] + _FILE_VERSIONS + data[_VERSIONS.stop :]
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(data)
        database.execute("PRAGMA trusted_schema = OFF")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_HEADER)
        database.set_progress_handler(count, _STEPS_AT_ONCE)
        if database.execute(_IS_TABLE).fetchone() is None:
            raise sqlite3.DatabaseError
        left = len(data)
        for (header,) in islice(database.execute(_QUERY), MOST_RECORDS):
            left -= len(header) if isinstance(header, bytes) else 0
            if left < 0:
                raise sqlite3.DatabaseError  # pages in a circle
            yield header


def _package(path: bytes, header: object, problems: Problems) -> Iterator[Package]:
    try:
        values = _values(header)
        yield _named(path, values)
    except (_InvalidHeader, struct.error, IndexError) as error:
        problems.add(path, f"has a package that cannot be read ({type(error).__name__.strip('_')})")


def _named(path: bytes, values: Mapping[int, Sequence[bytes]]) -> Package:
    name, version, release, architecture = (
        text_of(values.get(tag, [b""])[0]) for tag in (_NAME, _VERSION, _RELEASE, _ARCHITECTURE)
    )
    if not name:
        raise _InvalidHeader
    (epoch,) = struct.unpack(">L", values.get(_EPOCH, [bytes(4)])[0])
    full = f"{epoch}:" * bool(epoch) + version + f"-{release}" * bool(release)
    return Package(MANAGER, name, full, architecture.replace("(none)", ""), path, paths=_paths(values))


def _paths(values: Mapping[int, Sequence[bytes]]) -> tuple[bytes, ...]:
    directories, names = values.get(_DIRECTORIES, ()), values.get(_BASE_NAMES, ())
    numbers = (int.from_bytes(number, "big") for number in values.get(_DIRECTORY_NUMBERS, ()))
    return tuple(
        (directories[number] + name).lstrip(b"/") for number, name in zip(numbers, names[:MOST_PATHS], strict=False)
    )


def _values(header: object) -> dict[int, list[bytes]]:
    """The values of the needed tags: texts, or numbers of four bytes."""
    if not isinstance(header, bytes):
        raise _InvalidHeader
    entry_count, _ = _COUNTS.unpack_from(header)
    start = _COUNTS.size + entry_count * _ENTRY.size
    if start > len(header):
        raise _InvalidHeader
    values = {}
    for tag, kind, offset, count in _ENTRY.iter_unpack(header[_COUNTS.size : start]):
        if tag in _TAGS:
            values[tag] = _read(header, kind, start + offset, count)
    return values


def _read(header: bytes, kind: int, start: int, count: int) -> list[bytes]:
    """`count` values: kind 4 are numbers of four bytes, kinds 6, 8 and 9 texts that end with a NUL."""
    if kind == 4:
        end = min(start + 4 * count, len(header) - 3)
        return [header[position : position + 4] for position in range(start, end, 4)]
    if kind in (6, 8, 9):
        return header[start:].split(b"\0", count)[:count] if kind != 6 else header[start:].split(b"\0", 1)[:1]
    raise _InvalidHeader
