"""The promise that what is cached is read again once the reader reads otherwise."""

import numpy as np
import xxhash

from layerscope.layers.layer_index import READER_VERSION, LayerIndex
from support.reading import read
from support.tars import Entry, directory, file, hardlink, long_name, symlink, tar

KNOWN = {1: "d548433344278018", 2: "b87933fcc4b04d12", 3: "ae476b6c77174c2b", 4: "837cb39ab7728f7c"}
"""The hash of all columns, by the version of the reader: what is not as it was asks for a new version."""


def sample():
    return tar(
        directory("d/", uid=1, gid=2, mtime=3),
        file("d/plain", b"content", xattrs={"user.a": b"1"}),
        file("sparse", b"data", pax={"GNU.sparse.map": "0,4", "GNU.sparse.size": "100", "mtime": "5.5"}),
        file("/absolute/../../up", b"x" * 1000),
        long_name(b"n" * 200) + file("short", b"y").encode(),
        symlink("s", "d/plain"),
        hardlink("h", "d/plain"),
        Entry("device", type=b"3", device=(7, 9)),
        file("d/.wh.gone"),
        file("d/.wh..wh..opq"),
        file("var/lib/dpkg/status", b"Package: a"),
        file("app/.env", b"PASSWORD=hunter2hunter2"),
    )


def digest():
    hasher = xxhash.xxh3_64()
    index = read(sample()).index
    for name, _ in sorted(LayerIndex.schema(), key=lambda item: item[0]):
        column = getattr(index, name)
        parts = [column] if isinstance(column, np.ndarray) else [column.offsets, np.frombuffer(column.blob, np.uint8)]
        for part in parts:
            hasher.update(f"{name} {part.dtype.str} {len(part)} ".encode() + part.tobytes())
    hasher.update(repr(sorted((row, sorted(values.items())) for row, values in index.xattrs.items())).encode())
    hasher.update(repr(sorted(index.kept.items())).encode())
    hasher.update(repr(sorted(index.secrets.items())).encode())
    return hasher.hexdigest()


def test_columns_are_those_that_this_version_of_the_reader_is_known_for():
    assert digest() == KNOWN[READER_VERSION], "raise READER_VERSION, and note the new hash here"
