"""A gzip blob can be inflated from each start point that was noted while it was read."""

import random
from itertools import pairwise

import pytest

from layerscope.blobs.blob import Blob
from layerscope.errors import DamagedLayer
from layerscope.layers import start_points, stream
from layerscope.layers.start_points import StartPoints
from layerscope.layers.stream import TarStream
from layerscope.oci import Descriptor, Digest, media_types
from support.tars import gzip, zstd

DATA = bytes(random.Random(1).choices(b"abcdefgh", k=400_000))


@pytest.fixture(autouse=True)
def dense(monkeypatch):
    monkeypatch.setattr(start_points, "SPACING", 20_000)
    monkeypatch.setattr(stream, "BLOCK_SIZE", 2000)


def noted(blob):
    """The start points of a blob."""
    descriptor = Descriptor(media_types.OCI_LAYER_GZIP, Digest.of(blob), len(blob))
    read = TarStream(Blob([blob], descriptor), None)
    assert b"".join(read) == DATA
    return read.start_points


MEMBERS = b"".join(gzip(DATA[start : start + 70_000]) for start in range(0, len(DATA), 70_000))
BLOBS = {"one": gzip(DATA), "many members": MEMBERS, "zeros after": gzip(DATA) + bytes(5000)}


@pytest.mark.parametrize("blob", BLOBS.values(), ids=BLOBS)
def test_from_each_point_the_rest_of_the_tar_is_inflated_as_often_as_needed(blob):
    points = noted(blob)
    for position in [*range(0, len(DATA), 20_000), 5]:
        point = points.before(position)
        assert position - 50_000 < point.in_tar <= position
        assert b"".join(point.inflate(iter([blob[point.in_blob :]]))) == DATA[point.in_tar :]


def test_what_is_inflated_up_to_the_next_point_is_enough():
    blob = BLOBS["one"]
    points = noted(blob)
    start, end = points.before(100_000), points.end_after(110_000, len(blob))

    assert 0 < end - start.in_blob < len(blob) / 4
    assert (
        b"".join(_until_cut(start.inflate(iter([blob[start.in_blob : end]]))))[100_000 - start.in_tar :][:10_000]
        == (DATA[100_000:110_000])
    )


def _until_cut(parts):
    try:
        yield from parts
    except DamagedLayer:
        return


def test_the_number_of_points_is_limited_and_they_stay_evenly_spread(monkeypatch):
    monkeypatch.setattr(start_points, "MAX_COUNT", 8)
    points = noted(BLOBS["one"])
    gaps = [points.before(position).in_tar for position in range(0, len(DATA), 10_000)]

    assert 3 <= len({*gaps} - {0}) < 8
    assert points.spacing >= 40_000
    assert max(after - before for before, after in pairwise(gaps)) <= 2 * points.spacing


def test_only_gzip_has_start_points():
    assert not noted(zstd(DATA))
    assert not noted(DATA)
    assert not StartPoints()
