"""Debian's packages: `var/lib/dpkg/status` with the lists in `info/`, and `status.d/` of distroless images."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from layerscope.packages.fields import records
from layerscope.packages.package import MOST_PATHS, Package, Problems, text_of

MANAGER = "dpkg"
_DIRECTORY = b"var/lib/dpkg/"
_STATUS = _DIRECTORY + b"status"
_PARTS = _DIRECTORY + b"status.d/"
_DIVERSIONS = _DIRECTORY + b"diversions"
_SUMS = b".md5sums"
_WITHOUT_FILES = (b"not-installed", b"config-files")
"""States of packages that are not there, though their configuration may be."""


class _Diversion(NamedTuple):
    """Files of all packages except `by` are installed at the path `to`."""

    to: bytes
    by: bytes


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:
    """The installed packages."""
    diversions = _diversions(files.get(_DIVERSIONS, b""))
    for fields in records(_STATUS, files.get(_STATUS, b""), problems):
        name, architecture = fields.get(b"package", b""), fields.get(b"architecture", b"")
        if name and fields.get(b"status", b"").rpartition(b" ")[2] not in _WITHOUT_FILES:
            yield _package(fields, _STATUS, _listed(files, (name, architecture), diversions, problems))
    for path, data in files.items():
        if path.startswith(_PARTS) and not path.endswith(_SUMS):
            sums = files.get(path + _SUMS, b"").split(b"\n", MOST_PATHS)
            listed = [line.partition(b"  ")[2].removeprefix(b"./").lstrip(b"/") for line in sums if line]
            for fields in records(path, data, problems):
                if b"package" in fields:
                    yield _package(fields, path, (*listed, path))


def _package(fields: Mapping[bytes, bytes], origin: bytes, paths: tuple[bytes, ...]) -> Package:
    name, version, architecture = (text_of(fields.get(key, b"")) for key in (b"package", b"version", b"architecture"))
    return Package(MANAGER, name, version, architecture, origin, paths=paths)


def _listed(
    files: Mapping[bytes, bytes], names: tuple[bytes, bytes], diversions: Mapping[bytes, _Diversion], problems: Problems
) -> tuple[bytes, ...]:
    """The installed files of a package; `names` are its name and architecture."""
    name, architecture = names
    lists = [b"%sinfo/%s:%s.list" % (_DIRECTORY, name, architecture), b"%sinfo/%s.list" % (_DIRECTORY, name)]
    data = next((files[path] for path in lists if path in files), None)
    if data is None:
        problems.add(lists[1], "is missing, so the files of the package are unowned")
        return ()
    paths = data.split(b"\n", MOST_PATHS)
    moved = diversions.keys() & set(paths) if diversions else ()
    if moved:
        paths = [diversions[path].to if path in moved and diversions[path].by != name else path for path in paths]
    return tuple(path[1:] for path in paths)


def _diversions(data: bytes) -> dict[bytes, _Diversion]:
    """Three lines each: the path, the path to install to, and the package that is not diverted."""
    lines = data.split(b"\n")
    return {path: _Diversion(to, by) for path, to, by in zip(lines[::3], lines[1::3], lines[2::3], strict=False)}
