"""`read_spans`: the bytes of entries out of a blob."""

import pytest

from layerscope.errors import DamagedLayer
from layerscope.layers.codecs import Codec
from layerscope.layers.content import read_spans
from support.reading import read
from support.tars import file, gzip, tar, zstd

BIG = bytes(range(256)) * 20_000
FILES = {"empty": b"", "one": b"1", "big": BIG, "last": b"z" * 513}
TAR = tar(*(file(name, data) for name, data in FILES.items()))


def entry_of(chunks, offset, size, codec=None):
    return b"".join(part for _, part in read_spans(chunks, [(offset, size)], codec))


@pytest.mark.parametrize("pack", [bytes, gzip, zstd])
def test_every_entry_comes_out_as_it_went_in(pack):
    blob = pack(TAR)
    index = read(blob).index

    for path, offset, size in zip(index.paths, index.data_offsets.tolist(), index.sizes.tolist(), strict=True):
        assert entry_of([blob], offset, size) == FILES[path.decode()]


def test_reading_stops_behind_the_entry():
    def chunks():
        yield TAR[:100_000]
        raise AssertionError("reading went on")

    assert entry_of(chunks(), 1024, 1) == b"1"


def test_a_blob_that_ends_inside_the_entry_is_an_error():
    blob = gzip(TAR)

    with pytest.raises(DamagedLayer, match="ends too early"):
        entry_of([blob[:-100]], 2048, len(BIG) + 10_000)
    with pytest.raises(DamagedLayer, match="the layer ends 100 bytes before the end of the file"):
        entry_of([TAR], len(TAR) - 50, 150)


def test_bytes_that_look_compressed_are_not_decompressed_if_the_compression_is_known():
    content = gzip(b"text")
    assert entry_of([content], 0, len(content), Codec.PLAIN) == content
