"""Records of fields: `Name: value` lines, with an empty line between records, as dpkg and Python have them."""

from collections.abc import Iterator

from layerscope.packages.package import MOST_RECORDS, Problems


def parts(path: bytes, data: bytes, problems: Problems) -> list[bytes]:
    """The text of each record."""
    found = data.replace(b"\r\n", b"\n").split(b"\n\n", MOST_RECORDS)
    if len(found) > MOST_RECORDS:
        problems.add(path, f"has more than {MOST_RECORDS:,} packages")
        del found[MOST_RECORDS:]
    return found


def records(path: bytes, data: bytes, problems: Problems) -> Iterator[dict[bytes, bytes]]:
    """The fields of each record, by name in lower case; lines that continue a value are left out."""
    return map(head, parts(path, data, problems))


def head(data: bytes) -> dict[bytes, bytes]:
    """The fields of the first record; of a name that occurs twice, the first value."""
    fields: dict[bytes, bytes] = {}
    for line in data.lstrip(b"\n").partition(b"\n\n")[0].split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon and not name[:1].isspace():
            fields.setdefault(name.lower(), value.strip())
    return fields
