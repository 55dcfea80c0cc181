import logging
import random
import sys
from contextlib import suppress

import pytest
import xxhash

from layerscope.blobs.store import Span
from layerscope.cache.layer_cache import LayerCache
from layerscope.content import ranges
from layerscope.content.files import StoredFile, open_files
from layerscope.content.ranges import open_ranges
from layerscope.errors import Cancelled, DamagedLayer, SourceError, VerificationError
from layerscope.layers import checkpoints
from layerscope.loading import load
from support.images import build_image, tar_of
from support.memory_source import MemorySource
from support.tars import gzip, zstd

FILES = [(f"f{number}", random.Random(number).randbytes(30_000)) for number in range(30)]
TAR = tar_of(FILES)
LAST = Span(TAR.index(FILES[-1][1]), 30_000)


def members(tar):
    return b"".join(gzip(tar[start : start + 200_000]) for start in range(0, len(tar), 200_000))


def zeros_after(tar):
    return gzip(tar) + bytes(5000)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Checkpoints for layers of a megabyte."""
    monkeypatch.setattr(checkpoints, "SPACING", 40_000)
    monkeypatch.setattr(ranges, "SPACING", 40_000)
    monkeypatch.setattr(ranges, "MIN_SIZE", 100_000)


@pytest.fixture
def cache(tmp_path):
    return LayerCache(tmp_path / "cache")


class Opened:
    """An image of one layer whose index is cached; `read` returns ranges of its tar, and `fetched` its spans."""

    def __init__(self, cache, compress=gzip, **more):
        self.cache = cache
        self.store = MemorySource(build_image([TAR], compress=compress, **more))
        self.layer = load(self.store, memory=cache).image.layers[0]
        self.fetched_size = 0
        self.store.spans.clear()

    def read(self, *spans, memory=True, watch=None):
        found, self.fetched_size = [b""] * len(spans), 0
        memory = self.cache if memory else None
        with open_ranges(self.store, self.layer, spans, watch or self._counted, memory) as parts:
            for number, part in parts:
                found[number] += part
        return found

    def replace_blob(self, data):
        self.store.built.blobs[str(self.layer.descriptor.digest)] = data

    def _counted(self, chunks):
        for chunk in chunks:
            self.fetched_size += len(chunk)
            yield chunk

    def has_checkpoints(self):
        return bool(list(self.cache.path.glob("*.checkpoints")))


def slices(*spans):
    return [TAR[span.offset : span.end] for span in spans]


@pytest.mark.parametrize("compress", [bytes, gzip, members, zeros_after, zstd])
@pytest.mark.parametrize("memory", [True, False])
def test_ranges_are_slices_of_the_tar_whatever_the_compression_the_first_time_and_the_second(cache, compress, memory):
    opened = Opened(cache, compress)
    random.seed(1)
    for _ in range(6):
        edges = sorted(random.sample(range(len(TAR)), 4))
        spans = [Span(edges[0], edges[1] - edges[0]), Span(edges[2], edges[3] - edges[2])]
        assert opened.read(*spans, LAST, memory=memory) == slices(*spans, LAST)
    assert opened.read(LAST, memory=memory) == opened.read(LAST, memory=memory) == slices(LAST)


@pytest.mark.parametrize("compress", [gzip, members])
def test_the_second_time_only_what_follows_a_checkpoint_is_fetched(cache, compress):
    opened = Opened(cache, compress)
    assert opened.read(LAST) == slices(LAST)
    assert opened.has_checkpoints()
    opened.store.spans.clear()
    assert opened.read(LAST) == slices(LAST)
    assert len(opened.store.spans) == 1
    assert opened.fetched_size < 200_000
    assert opened.layer.descriptor.size > 800_000


def test_only_the_ranges_of_a_plain_layer_are_fetched(cache):
    opened = Opened(cache, bytes)
    spans = [Span(1000, 50), Span(2000, 100), Span(500_000, 10)]
    assert opened.read(*spans) == slices(*spans)
    assert opened.store.spans == [Span(1000, 1100), Span(500_000, 10)]


def test_checkpoints_reach_no_further_than_the_range_and_are_made_anew_for_a_later_one(cache):
    opened = Opened(cache)
    early = Span(350_000, 10)
    assert opened.read(early) == slices(early)
    assert opened.fetched_size < 700_000
    assert opened.read(LAST) == slices(LAST)
    opened.store.spans.clear()
    assert opened.read(early, LAST) == slices(early, LAST)
    assert opened.fetched_size < 400_000


@pytest.mark.parametrize(
    ("compress", "spans"), [(zstd, [LAST]), (gzip, [Span(1000, 50_000)]), (gzip, [Span(0, 700_000), LAST])]
)
def test_where_checkpoints_save_little_the_blob_is_read_once_from_its_start(cache, compress, spans):
    more = {"layer_media_type": "application/vnd.oci.image.layer.v1.tar+zstd"} if compress is zstd else {}
    opened = Opened(cache, compress, **more)
    assert opened.read(*spans) == slices(*spans)
    assert opened.store.spans == [None]
    assert not opened.has_checkpoints()


def test_a_media_type_that_lies_changes_nothing(cache):
    opened = Opened(cache, zstd)
    assert opened.read(LAST) == slices(LAST)
    assert not opened.has_checkpoints()


def test_without_a_cache_the_blob_is_read_once_from_its_start(cache):
    opened = Opened(cache)
    assert opened.read(LAST, memory=False) == slices(LAST)
    assert opened.store.spans == [None]


def test_if_the_store_cannot_promise_the_same_bytes_nothing_is_kept(cache, monkeypatch):
    opened = Opened(cache)
    monkeypatch.setattr(opened.store, "stamp", lambda _descriptor: None)
    assert opened.read(LAST) == slices(LAST)
    assert not opened.has_checkpoints()


def test_without_indexed_gzip_the_blob_is_read_from_its_start(cache, monkeypatch):
    opened = Opened(cache)
    monkeypatch.setitem(sys.modules, "indexed_gzip", None)
    assert opened.read(LAST) == opened.read(LAST) == slices(LAST)
    assert not opened.has_checkpoints()


def test_damaged_checkpoints_are_made_anew(cache):
    opened = Opened(cache)
    opened.read(LAST)
    (path,) = cache.path.glob("*.checkpoints")
    path.write_bytes(b"damaged")
    assert opened.read(LAST) == slices(LAST)
    assert path.read_bytes() != b"damaged"


def cut(data):
    return data[: len(data) // 2]


def without_trailer(data):
    return data[:-8]


@pytest.mark.parametrize("change", [cut, without_trailer, lambda _: b"", lambda _: gzip(b""), bytes.swapcase])
@pytest.mark.parametrize("is_second", [False, True])
def test_a_changed_blob_has_the_same_bytes_and_the_same_error_as_without_checkpoints(cache, change, is_second):
    opened = Opened(cache)
    if is_second:
        opened.read(LAST)
    opened.replace_blob(change(opened.store.built.layers[0]))

    def outcome(**how):
        try:
            return opened.read(LAST, **how)
        except DamagedLayer as error:
            return error.message

    expected = outcome(memory=False)
    assert outcome() == expected
    assert outcome() == expected


@pytest.mark.parametrize("is_second", [False, True])
def test_a_blob_that_changed_before_the_range_gives_the_right_bytes_or_is_found_out(cache, is_second):
    loaded = Opened(cache)
    if is_second:
        loaded.read(LAST)
    blob = loaded.store.built.layers[0]
    for position in range(600_000, len(blob), 40_000):
        loaded.replace_blob(blob[:position] + bytes(100) + blob[position + 100 :])
        wanted = StoredFile(b"f29", 0, LAST.offset, LAST.size, xxhash.xxh3_64_intdigest(FILES[-1][1]))
        with (
            suppress(VerificationError, DamagedLayer),
            open_files(loaded.store, loaded.layer, [wanted], memory=cache) as parts,
        ):
            assert b"".join(part for _, part in parts) == FILES[-1][1]


def test_wrong_bytes_cost_the_checkpoints_so_that_the_next_read_does_without(cache):
    opened = Opened(cache)
    opened.read(LAST)
    wanted = StoredFile(b"f29", 0, LAST.offset, LAST.size, content=0)
    with pytest.raises(VerificationError), open_files(opened.store, opened.layer, [wanted], memory=cache) as parts:
        list(parts)
    assert not opened.has_checkpoints()


@pytest.mark.parametrize("is_second", [False, True])
def test_an_error_of_the_store_passes_through_and_costs_no_checkpoints(cache, is_second):
    opened = Opened(cache)
    if is_second:
        opened.read(LAST)
    opened.store.fail(0)
    with pytest.raises(SourceError, match="the connection broke"):
        opened.read(LAST)
    assert opened.has_checkpoints() == is_second
    assert opened.read(LAST) == slices(LAST)


@pytest.mark.parametrize("is_second", [False, True])
def test_cancelling_stops_the_reading(cache, is_second):
    opened = Opened(cache)
    if is_second:
        opened.read(LAST)

    def cancelled(chunks):
        yield next(iter(chunks))
        raise Cancelled

    with pytest.raises(Cancelled):
        opened.read(LAST, watch=cancelled)


def test_the_log_says_how_much_of_the_blob_was_fetched(cache, caplog):
    caplog.set_level(logging.INFO)
    opened = Opened(cache)
    opened.read(LAST)
    caplog.clear()
    opened.read(LAST)
    (record,) = caplog.records
    assert record.getMessage().startswith("fetched ")
    assert record.getMessage().endswith(" kB of 902 kB of layer 0")
