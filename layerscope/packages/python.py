"""Python's packages: directories `*.dist-info`, and `*.egg-info` of older tools."""

import csv
import posixpath
from collections.abc import Iterator, Mapping
from itertools import islice

from layerscope.packages.fields import head
from layerscope.packages.package import MOST_PATHS, Package, Problems, text_of

MANAGER = "python"
_DIST_INFO, _EGG_INFO, _EGG = b".dist-info", b".egg-info", b"EGG-INFO"
_DESCRIPTIONS = (b"METADATA", b"PKG-INFO")


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:
    """The installed packages."""
    for path, data in files.items():
        directory, _, name = path.rpartition(b"/")
        if name in _DESCRIPTIONS or name.endswith(_EGG_INFO):
            fields = head(data)
            if not fields.get(b"name"):
                problems.add(path, "has no name of a package")
                continue
            owned, version = _owned(files, path, directory), text_of(fields.get(b"version", b""))
            home = directory if name.endswith(_EGG_INFO) else directory.rpartition(b"/")[0]
            yield Package(MANAGER, text_of(fields[b"name"]), version, "", path, home, *owned)


def _owned(files: Mapping[bytes, bytes], path: bytes, directory: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The listed files and the directories of a package."""
    site = directory.rpartition(b"/")[0]
    if directory.endswith(_DIST_INFO):
        return tuple(_recorded(files.get(directory + b"/RECORD", b""), site)), (directory,)
    if directory.endswith(_EGG_INFO):
        listed = files.get(directory + b"/installed-files.txt", b"").split(b"\n", MOST_PATHS)
        return tuple(_joined(directory, name) for name in listed if name), (directory,)
    if directory.rpartition(b"/")[2] == _EGG:
        return (), (site,)
    return (path,), ()


def _recorded(data: bytes, site: bytes) -> Iterator[bytes]:
    """The paths in a RECORD: relative to the directory of the packages, in a CSV with a hash and a size."""
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    rows = csv.reader(lines) if b'"' in data else (line.split(",", 1) for line in lines)
    named = (row[0] for row in rows if row and row[0])
    return (_joined(site, name.encode("utf-8", "surrogateescape")) for name in islice(named, MOST_PATHS))


def _joined(directory: bytes, name: bytes) -> bytes:
    if b".." not in name and not name.startswith((b"/", b"./")):
        return directory + b"/" + name if directory else name
    return posixpath.normpath(posixpath.join(b"/" + directory, name)).lstrip(b"/")
