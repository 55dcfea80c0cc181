"""Databases of package managers, made by hand: dpkg, apk and rpm."""

import sqlite3
import struct
from contextlib import closing

from layerscope.packages.package import Problems
from support.layer_indexes import file


def dpkg_files(*packages):
    """The entries of a dpkg database; a package is a name, a version, and the paths of its files."""
    status = "\n".join(
        f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n"
        for name, version, _ in packages
    )
    lists = [file(f"var/lib/dpkg/info/{name}.list", listed(paths)) for name, _, paths in packages]
    return [file("var/lib/dpkg/status", status.encode()), *lists]


def listed(paths):
    """The content of a list of dpkg, with the directories above each path."""
    parents = {parent for path in paths for parent in above(path)}
    return "".join(f"{path}\n" for path in ["/.", *sorted({*parents, *paths})]).encode()


def above(path):
    parts = path.strip("/").split("/")[:-1]
    return ["/" + "/".join(parts[: number + 1]) for number in range(len(parts))]


def rpm_header(name, version, release, architecture, *paths, epoch=None):
    """The header of a package, as rpm stores it."""
    directories = sorted({path.rpartition("/")[0] + "/" for path in paths})
    values = [
        (1000, 6, [name.encode() + b"\0"]),
        (1001, 6, [version.encode() + b"\0"]),
        (1002, 6, [release.encode() + b"\0"]),
        (1022, 6, [architecture.encode() + b"\0"]),
        *([(1003, 4, [struct.pack(">L", epoch)])] if epoch is not None else []),
        (1116, 4, [struct.pack(">L", directories.index(path.rpartition("/")[0] + "/")) for path in paths]),
        (1117, 8, [path.rpartition("/")[2].encode() + b"\0" for path in paths]),
        (1118, 8, [directory.encode() + b"\0" for directory in directories]),
    ]
    entries, data = b"", b""
    for tag, kind, parts in values:
        data += bytes(-len(data) % 4)
        entries += struct.pack(">LLLL", tag, kind, len(data), len(parts))
        data += b"".join(parts)
    return struct.pack(">LL", len(values), len(data)) + entries + data


def rpm_database(*headers, setup=("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)",)):
    """An `rpmdb.sqlite` with these headers."""
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in setup:
            database.execute(statement)
        if headers:
            database.executemany("INSERT INTO Packages (blob) VALUES (?)", [(header,) for header in headers])
        database.commit()
        return database.serialize()


def read(reader, files):
    """The packages that a reader finds in these files, and the problems."""
    problems = Problems()
    found = list(reader({path.encode(): data for path, data in files.items()}, problems))
    return found, problems.sentences()
