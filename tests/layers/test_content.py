"""`open_entry`: the bytes of one entry of a blob."""

import pytest

from layerscope.errors import DamagedLayer
from layerscope.layers.content import open_entry
from support.reading import read
from support.tars import file, gzip, tar, zstd

BIG = bytes(range(256)) * 20_000
FILES = {"empty": b"", "one": b"1", "big": BIG, "last": b"z" * 513}
TAR = tar(*(file(name, data) for name, data in FILES.items()))


@pytest.mark.parametrize("pack", [bytes, gzip, zstd])
def test_every_entry_comes_out_as_it_went_in(pack):
    blob = pack(TAR)
    index = read(blob).index

    for path, offset, size in zip(index.paths, index.data_offsets.tolist(), index.sizes.tolist(), strict=True):
        assert b"".join(open_entry([blob], offset, size)) == FILES[path.decode()]


def test_reading_stops_behind_the_entry():
    def chunks():
        yield TAR[:100_000]
        raise AssertionError("reading went on")

    assert b"".join(open_entry(chunks(), 1024, 1)) == b"1"


def test_a_blob_that_ends_inside_the_entry_is_an_error():
    blob = gzip(TAR)

    with pytest.raises(DamagedLayer, match="cut short"):
        list(open_entry([blob[:-100]], 2048, len(BIG) + 10_000))
    with pytest.raises(DamagedLayer, match="the layer ends 100 bytes before the end of the file"):
        list(open_entry([TAR], len(TAR) - 50, 150))
