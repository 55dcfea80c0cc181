"""Alpine's packages: `lib/apk/db/installed`, with one-letter fields."""

from collections.abc import Iterator, Mapping

from layerscope.packages.fields import parts
from layerscope.packages.package import MOST_PATHS, Package, Problems, text_of

MANAGER = "apk"


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:
    """The installed packages."""
    for origin, data in files.items():
        for record in parts(origin, data, problems):
            lines = record.strip(b"\n").split(b"\n", MOST_PATHS)
            fields = {line[:2]: line[2:] for line in reversed(lines)}
            if name := fields.get(b"P:"):
                version, architecture = (text_of(fields.get(key, b"")) for key in (b"V:", b"A:"))
                yield Package(MANAGER, text_of(name), version, architecture, origin, paths=tuple(_paths(lines)))


def _paths(lines: list[bytes]) -> Iterator[bytes]:
    """`F:` is a directory, and each `R:` after it a file in it."""
    directory = b""
    for line in lines:
        if line.startswith(b"F:"):
            directory = line[2:] and line[2:] + b"/"
        elif line.startswith(b"R:"):
            yield directory + line[2:]
