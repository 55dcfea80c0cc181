import io

import pytest
from hypothesis import given, settings, strategies as st

from layerscope.cache.checkpoint_file import encode, parse
from layerscope.cache.format import UnusableFile
from layerscope.layers.checkpoints import Checkpoints
from support.tars import gzip

DATA = bytes(range(256)) * 5000
BLOB = gzip(DATA)
KEY = {"digest": "sha256:1", "stamp": ""}


@pytest.fixture(scope="module")
def checkpoints():
    return Checkpoints.make(io.BytesIO(BLOB), len(BLOB), len(DATA))


@pytest.fixture(scope="module")
def file(checkpoints):
    return b"".join(encode(KEY, checkpoints))


def test_checkpoints_are_read_as_they_were_written(file, checkpoints):
    assert parse(memoryview(file), KEY, len(BLOB)).data == checkpoints.data


def test_a_file_of_another_layer_is_refused(file):
    with pytest.raises(UnusableFile, match="another layer"):
        parse(memoryview(file), KEY | {"stamp": "changed"}, len(BLOB))
    with pytest.raises(UnusableFile, match="another blob"):
        parse(memoryview(file), KEY, len(BLOB) + 1)


def test_a_file_with_any_flipped_byte_is_refused(file):
    @settings(max_examples=100, deadline=None)
    @given(st.integers(0, len(file) - 1), st.integers(1, 255))
    def check(position, change):
        changed = bytearray(file)
        changed[position] ^= change
        with pytest.raises(UnusableFile):
            parse(memoryview(bytes(changed)), KEY, len(BLOB))

    check()


@pytest.mark.parametrize("size", [0, 7, 16, 19, 20, 50])
def test_a_file_that_was_cut_is_refused(file, size):
    with pytest.raises(UnusableFile):
        parse(memoryview(file[:size]), KEY, len(BLOB))


class Forged:
    def __init__(self, data):
        self.data = data


@pytest.mark.parametrize("data", [b"", b"no checkpoints", bytes(200_000_000)], ids=["empty", "other", "bomb"])
def test_a_file_with_a_right_hash_and_wrong_content_is_refused(data):
    with pytest.raises(UnusableFile):
        parse(memoryview(b"".join(encode(KEY, Forged(data)))), KEY, len(BLOB))
