import json
import struct
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from layerscope.blobs.status import BlobStatus
from layerscope.cache.format import MAGIC, CachedLayer, UnusableFile, encode
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.oci import Digest
from support.layer_indexes import directory, file, hardlink, index_of, symlink, whiteout

KEY = {"digest": "sha256:" + "a" * 64, "stamp": ""}
ENTRIES = [
    directory("d", uid=1000, mtime=-5),
    file("d/a", b"content", xattrs={"user.a": b"\0\xff", "user.ä\udcff": b""}),
    symlink("d/s", "a"),
    hardlink("d/h", "d/a"),
    whiteout("d/gone"),
    file("e", xattrs={"security.capability": b"x" * 20}),
]


def content_of(entries):
    return LayerContent(
        index=index_of(entries),
        status=BlobStatus.VERIFIED,
        warnings=("something odd", "ünïcode"),
        blob_size=123,
        tar_size=10240,
        blob_digest=Digest.of(b"blob"),
        diff_id=Digest.of(b"tar"),
    )


def file_of(content, key=KEY):
    return b"".join(encode(key, content))


def read(data):
    return CachedLayer.of(memoryview(data)).content()


def columns(index):
    return {item.name: plain(getattr(index, item.name)) for item in fields(LayerIndex) if item.name != "chunks"}


def plain(column):
    if isinstance(column, np.ndarray):
        return column.dtype, column.tolist()
    return dict(column) if hasattr(column, "items") else list(column)


@pytest.mark.parametrize("entries", [ENTRIES, [], ENTRIES * 1000])
def test_a_layer_comes_back_as_it_was(entries):
    content = content_of(entries)
    found = read(file_of(content))
    assert columns(found.index) == columns(content.index)
    assert replace(found, index=None) == replace(content, index=None) or all(
        getattr(found, item.name) == getattr(content, item.name)
        for item in fields(LayerContent)
        if item.name != "index"
    )


def test_a_file_says_what_it_is_about_and_how_many_entries_it_has():
    cached = CachedLayer.of(memoryview(file_of(content_of(ENTRIES))))
    assert (cached.key, cached.entry_count) == (KEY, len(ENTRIES))


def test_columns_are_not_copied():
    data = memoryview(file_of(content_of(ENTRIES)))
    sizes = CachedLayer.of(data).content().index.sizes
    assert np.shares_memory(sizes, np.frombuffer(data, np.uint8))


def test_columns_begin_at_multiples_of_64_bytes():
    start = file_of(content_of(ENTRIES))
    _, header_size, size, _ = struct.unpack_from("<8sQQQ", start)
    assert (32 + header_size) % 64 == 0
    assert size == len(start)


WHOLE = file_of(content_of(ENTRIES))


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place, change):
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    with pytest.raises(UnusableFile):
        read(bytes(damaged))


@given(st.integers(0, len(WHOLE) - 1))
def test_any_missing_end_is_noticed(size):
    with pytest.raises(UnusableFile):
        read(WHOLE[:size])


def test_more_than_was_written_is_noticed():
    with pytest.raises(UnusableFile):
        read(WHOLE + b"\0")


def sealed(header, columns=b""):
    """A file with this header and the right hash."""
    import xxhash

    rest = header + columns
    return struct.pack("<8sQQQ", MAGIC, len(header), 32 + len(rest), xxhash.xxh3_64_intdigest(rest)) + rest


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"key": {}, "facts": {}, "columns": {}}',
        b'{"key": {}, "facts": {}, "columns": {"types": ["|u1", 0, 5]}}',
        b'{"key": {}, "facts": {}, "columns": {"types": ["|u1", 0, -1]}}',
        b'{"key": {}, "facts": {}, "columns": {"types": ["|O", 0, 0]}}',
        b'{"key": {}, "facts": {}, "columns": {"types": ["nonsense", 0, 0]}}',
        b'{"key": {}, "facts": {}, "columns": {"types": ["|u1", -9000, 1]}}',
        b'{"key": {}, "facts": {}, "columns": {"types": 7}}',
    ],
)
def test_a_header_that_is_not_ours_is_noticed(header):
    with pytest.raises(UnusableFile):
        read(sealed(header))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"types": ["|u1"', b'"types": ["|i1"'),
        (b'"sizes": ["<i8"', b'"sizes": [">i8"'),
        (b'"sha256:', b'"SHA256:'),
        (b'"blobSize"', b'"blobsize"'),
    ],
)
def test_a_header_with_something_else_in_it_is_noticed(old, new):
    _, header_size, _, _ = struct.unpack_from("<8sQQQ", WHOLE)
    header, rest = WHOLE[32 : 32 + header_size], WHOLE[32 + header_size :]
    assert header.count(old) >= 1
    place = header.rindex(old)
    with pytest.raises(UnusableFile):
        read(sealed(header[:place] + new + header[place + len(old) :], rest))


def test_strings_that_overlap_or_leave_their_column_are_noticed():
    content = content_of([file("abc"), file("de")])
    content.index.paths.offsets[:] = [0, 4, 3]
    with pytest.raises(UnusableFile):
        read(file_of(content))
    content.index.paths.offsets[:] = [0, 3, 6]
    with pytest.raises(UnusableFile):
        read(file_of(content))


def test_a_file_with_a_column_more_less_or_of_another_name_is_noticed():
    _, header_size, _, _ = struct.unpack_from("<8sQQQ", WHOLE)
    header, rest = json.loads(WHOLE[32 : 32 + header_size]), WHOLE[32 + header_size :]
    columns = header["columns"]
    others = [
        columns | {"inodes": columns["uids"]},
        {name: place for name, place in columns.items() if name != "uids"},
        {"owners" if name == "uids" else name: place for name, place in columns.items()},
    ]
    read(sealed(json.dumps(header).encode().ljust(header_size), rest))
    for other in others:
        changed = json.dumps(header | {"columns": other}).encode()
        with pytest.raises(UnusableFile):
            read(sealed(changed + b" " * (-(32 + len(changed)) % 64), rest))
