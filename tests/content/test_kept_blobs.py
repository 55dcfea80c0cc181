"""Promises of the store that keeps the blobs that were read."""

import random

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.blobs.store import Span
from layerscope.cache.layer_cache import LayerCache
from layerscope.content import kept_blobs, ranges
from layerscope.content.kept_blobs import KeptBlobs
from layerscope.content.ranges import open_ranges, prepare
from layerscope.errors import SourceError
from layerscope.layers import checkpoints, start_points, stream
from layerscope.loading import load
from support.images import build_image
from support.memory_source import MemorySource
from support.tars import gzip


class Opened:
    """The blob of an image of one layer, and the store that may keep it."""

    def __init__(self, source=None, **more):
        self.source = source or MemorySource(build_image([[("f", bytes(range(256)) * 300)]], compress=gzip))
        self.store = KeptBlobs(self.source, **more)
        self.descriptor = resolve(self.store, None).layers[0].descriptor
        self.bytes = self.source.built.layers[0]
        self.source.opened.clear()

    def read(self, span=None):
        with self.store.open(self.descriptor, span) as chunks:
            return b"".join(chunks)


@pytest.fixture
def opened():
    """`Opened`, whose store is closed at the end."""
    made = []

    def make(*arguments, **more):
        made.append(Opened(*arguments, **more))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


def test_a_blob_that_was_read_whole_is_not_fetched_again(opened):
    blob = opened()
    assert blob.read() == blob.read() == blob.bytes
    assert blob.read(Span(10, 20)) == blob.bytes[10:30]
    assert blob.read(Span(len(blob.bytes) - 5, 50)) == blob.bytes[-5:]
    assert len(blob.source.opened) == 1


def test_what_the_store_sent_is_counted_and_what_is_kept_is_not(opened):
    blob = opened()
    before = blob.store.fetched_size
    blob.read()
    blob.read()
    assert blob.store.fetched_size - before == len(blob.bytes)


def test_a_blob_that_was_read_in_part_is_fetched_again(opened):
    blob = opened()
    with blob.store.open(blob.descriptor) as chunks:
        next(chunks)
    blob.source.fail(0)
    with pytest.raises(SourceError):
        blob.read()
    assert not blob.store.has(blob.descriptor)
    assert blob.read() == blob.bytes


@pytest.mark.parametrize("more", [{"max_size": 10}, {}])
def test_without_room_a_blob_is_read_but_not_kept(opened, more, monkeypatch):
    if not more:
        monkeypatch.setattr(kept_blobs.shutil, "disk_usage", lambda _path: type("", (), {"free": 10})())
    blob = opened(**more)
    assert blob.read() == blob.read() == blob.bytes
    assert len(blob.source.opened) == 2


def test_a_disk_that_fails_costs_only_the_copy(opened, monkeypatch):
    def fail(**_how):
        raise OSError(28, "No space left on device")

    blob = opened()
    monkeypatch.setattr(kept_blobs.tempfile, "TemporaryFile", fail)
    assert blob.read() == blob.read() == blob.bytes


def test_a_blob_of_this_machine_is_not_copied(opened):
    source = MemorySource(build_image([[("f", b"1" * 9000)]]))
    source.stamp = lambda _descriptor: "inode 7"
    blob = opened(source)
    blob.read()
    assert not blob.store.has(blob.descriptor)


def test_a_blob_that_was_wrong_is_fetched_again(opened):
    blob = opened()
    blob.read()
    blob.store.forget(blob.descriptor)
    assert blob.read() == blob.bytes
    assert len(blob.source.opened) == 2


def test_a_closed_store_keeps_nothing(opened):
    blob = opened()
    blob.read()
    blob.store.close()
    assert blob.source.closed.is_set()
    assert not blob.store.has(blob.descriptor)


def test_a_kept_blob_gets_its_checkpoints_only_from_the_job_that_makes_them(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "SPACING", 40_000)
    monkeypatch.setattr(ranges, "SPACING", 40_000)
    monkeypatch.setattr(ranges, "MIN_SIZE", 100_000)
    files = [(f"f{number}", random.Random(number).randbytes(30_000)) for number in range(30)]
    blob = opened(MemorySource(build_image([files], compress=gzip)))
    cache = LayerCache(tmp_path / "cache")
    layer = load(blob.store, memory=cache).image.layers[0]
    last = Span(blob.source.built.tars[0].index(files[-1][1]), 30_000)
    for _ in range(2):
        with open_ranges(blob.store, layer, [last], memory=cache) as parts:
            assert b"".join(part for _, part in parts) == files[-1][1]
        assert not list(cache.path.glob("*.checkpoints"))
    prepare(blob.store, layer, last.end, cache)
    assert list(cache.path.glob("*.checkpoints"))
    assert len(blob.source.opened) == 1


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_layer_that_this_run_has_read_is_inflated_from_its_start_points(opened, tmp_path, monkeypatch, is_kept):
    monkeypatch.setattr(ranges, "SPACING", 40_000)
    monkeypatch.setattr(start_points, "SPACING", 40_000)
    monkeypatch.setattr(stream, "BLOCK_SIZE", 5000)
    files = [(f"f{number}", random.Random(number).randbytes(30_000)) for number in range(30)]
    blob = opened(MemorySource(build_image([files], compress=gzip)), max_size=1 << 30 if is_kept else 0)
    cache, fetched = LayerCache(tmp_path / "cache"), []
    image = load(blob.store, memory=cache)
    layer, tar = image.image.layers[0], blob.source.built.tars[0]
    blob.store.start_points[layer.descriptor] = image.contents[0].start_points
    spans = [Span(tar.index(files[number][1]), 30_000) for number in (0, 14, 29)]

    with open_ranges(blob.store, layer, spans, lambda chunks: noted(chunks, fetched), cache) as parts:
        assert b"".join(part for _, part in parts) == b"".join(files[number][1] for number in (0, 14, 29))
    assert sum(fetched) < len(blob.bytes) / 2
    assert not list(cache.path.glob("*.checkpoints"))


def noted(chunks, sizes):
    for chunk in chunks:
        sizes.append(len(chunk))
        yield chunk
