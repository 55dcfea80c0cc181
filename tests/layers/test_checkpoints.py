import gzip as gzip_module
import io
import random
import struct
import sys

import pytest
from hypothesis import given, settings, strategies as st
from isal import igzip

from layerscope.layers import checkpoints, seekable_gzip
from layerscope.layers.checkpoints import Checkpoints
from layerscope.layers.seekable_gzip import UnusableCheckpoints
from support.tars import gzip

SPACING = 40_000
"""Little more than a window, so that a small blob has many checkpoints."""


def words(size, seed=0):
    """Bytes that deflate halves, as program text is halved."""
    source = random.Random(seed)
    known = [source.randbytes(source.randrange(2, 12)) for _ in range(3000)]
    return b"".join(source.choices(known, k=size // 6))[:size]


DATA = words(700_000)
ONE = gzip(DATA)
MANY = b"".join(gzip(DATA[start : start + 90_000]) for start in range(0, len(DATA), 90_000))
EMPTY_BETWEEN = gzip(b"") + gzip(DATA[:300_000]) + gzip(b"") * 3 + gzip(DATA[300_000:]) + gzip(b"")
ZEROS_AFTER = ONE + bytes(1000)
STORED = gzip_module.compress(DATA, 0)
FAST = igzip.compress(DATA, 0)
TINY = b"".join(gzip(DATA[start : start + 60]) for start in range(0, len(DATA), 60))
ALL = {
    "one": ONE,
    "many members": MANY,
    "empty members": EMPTY_BETWEEN,
    "zeros after": ZEROS_AFTER,
    "stored": STORED,
    "fast": FAST,
    "tiny members": TINY,
}


@pytest.fixture(scope="module", autouse=True)
def dense():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "SPACING", SPACING)
        patch.setattr(checkpoints, "PART_SIZE", 50_000)
        yield


def made(blob):
    return Checkpoints.make(io.BytesIO(blob), len(blob), len(DATA))


@pytest.mark.parametrize("blob", ALL.values(), ids=ALL)
def test_any_range_equals_the_slice_of_the_tar(blob):
    found = made(blob)
    assert found.end == len(DATA)

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, len(DATA)), st.integers(0, len(DATA)))
    def check(one, other):
        start, end = sorted((one, other))
        assert b"".join(found.inflate(io.BytesIO(blob), start, end)) == DATA[start:end]

    check()


class Noted(io.BytesIO):
    """A file that notes the first and the last byte that were read."""

    def __init__(self, blob):
        super().__init__(blob)
        self.first, self.last = len(blob), 0

    def read(self, size=-1):
        start = self.tell()
        data = super().read(size)
        self.first, self.last = min(self.first, start), max(self.last, start + len(data))
        return data


def test_there_are_many_checkpoints_if_the_blob_has_many_blocks():
    assert [len(made(blob).in_tar) > 6 for blob in (ONE, MANY, STORED, TINY)] == [True] * 4


@pytest.mark.parametrize(("start", "end"), [(0, 10), (100_000, 100_001), (350_000, 600_000), (699_990, 700_000)])
def test_only_the_announced_span_of_the_blob_is_read(start, end):
    found, file = made(ONE), Noted(ONE)
    assert len(b"".join(found.inflate(file, start, end))) == end - start
    span = found.source(start, end)
    assert span.offset <= file.first
    assert file.last <= span.end


def test_the_blob_is_read_no_further_than_the_checkpoints_go():
    blob = gzip(words(8_000_000))
    file = Noted(blob)
    found = Checkpoints.make(file, len(blob), 500_000)
    assert 500_000 <= found.end < 2_000_000
    assert file.last < len(blob) / 2
    assert b"".join(found.inflate(file, 400_000, found.end)) == words(8_000_000)[400_000 : found.end]


class Cut(io.BytesIO):
    """A file whose second half cannot be read, as in a blob that is shorter than promised."""

    def read(self, size=-1):
        return super().read(max(0, min(size, len(self.getvalue()) // 2 - self.tell())))


def test_a_blob_that_was_cut_has_checkpoints_up_to_the_cut():
    found = Checkpoints.make(Cut(ONE), len(ONE), len(DATA))
    assert 300_000 < found.end < len(DATA)
    assert b"".join(found.inflate(io.BytesIO(ONE), 0, found.end)) == DATA[: found.end]
    with pytest.raises(UnusableCheckpoints):
        list(made(ONE).inflate(Cut(ONE), 600_000, 600_001))


@pytest.mark.parametrize("blob", [b"", b"\x1f\x8b", b"no gzip at all" * 1000, gzip(b""), gzip(b"") * 5000, bytes(99)])
def test_a_blob_without_content_has_no_checkpoints(blob):
    with pytest.raises(UnusableCheckpoints):
        made(blob)


@pytest.mark.parametrize("other", [b"", ONE[:1000], gzip(words(700_000, seed=1)), gzip(b"short"), bytes(len(ONE))])
def test_another_blob_than_that_of_the_checkpoints_gives_wrong_bytes_or_an_error_but_no_crash(other):
    found = made(ONE)
    for start in (0, 300_000, 699_000):
        try:
            assert b"".join(found.inflate(io.BytesIO(other), start, 700_000)) != DATA[start:]
        except UnusableCheckpoints:
            continue


def test_a_blob_that_needs_too_many_checkpoints_gets_none(monkeypatch):
    monkeypatch.setattr(seekable_gzip, "MAX_COUNT", 10)
    with pytest.raises(UnusableCheckpoints):
        made(gzip(b"") * 100_000 + ONE)


def test_a_blob_that_is_one_big_block_is_given_up_early(monkeypatch):
    monkeypatch.setattr(seekable_gzip, "MAX_GAP", 500_000)
    monkeypatch.setattr(seekable_gzip, "_MAX_STEP", 1)
    blob = igzip.compress(words(8_000_000), 0)
    file = Noted(blob)
    with pytest.raises(UnusableCheckpoints):
        Checkpoints.make(file, len(blob), 8_000_000)
    assert file.last < 1_500_000 < len(blob) / 2


def test_more_windows_than_fit_in_memory_are_refused(monkeypatch):
    data = made(ONE).data
    monkeypatch.setattr(checkpoints, "MAX_WINDOW_COUNT", 5)
    with pytest.raises(UnusableCheckpoints, match="too many"):
        Checkpoints.parse(data, len(ONE))


def test_what_was_exported_is_parsed_to_the_same_checkpoints():
    found = made(ONE)
    again = Checkpoints.parse(found.data, len(ONE))
    assert (again.spacing, again.in_blob.tolist(), again.in_tar.tolist()) == (
        SPACING,
        found.in_blob.tolist(),
        found.in_tar.tolist(),
    )


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_changed_checkpoints_are_refused_or_give_wrong_bytes_but_no_crash(data):
    found = made(ONE)
    changed = bytearray(found.data)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, 35 + 18 * len(found.in_tar)))] = data.draw(st.integers(0, 255))
    try:
        parsed = Checkpoints.parse(bytes(changed), len(ONE))
        end = min(parsed.end, 700_000)
        assert len(b"".join(parsed.inflate(io.BytesIO(ONE), end // 2, end))) == end - end // 2
    except UnusableCheckpoints:
        pass


@pytest.mark.parametrize(
    ("offset", "layout", "value"),
    [(0, "5s", b"OTHER"), (7, "Q", 1), (15, "Q", 1 << 63), (23, "I", 1 << 31), (27, "I", 1 << 31), (31, "I", 1 << 31)],
)
def test_a_wrong_header_is_refused_before_anything_is_allocated(offset, layout, value):
    changed = bytearray(made(ONE).data)
    struct.pack_into("<" + layout, changed, offset, value)
    with pytest.raises(UnusableCheckpoints):
        Checkpoints.parse(bytes(changed), len(ONE))


def test_checkpoints_are_refused_at_any_length_but_their_own():
    data = made(ONE).data
    for size in (0, 10, 35, 100, 35 + 18 * 5, len(data) - 1):
        with pytest.raises(UnusableCheckpoints):
            Checkpoints.parse(data[:size], len(ONE))
    with pytest.raises(UnusableCheckpoints):
        Checkpoints.parse(data + b"\0", len(ONE))


def test_without_indexed_gzip_there_are_no_checkpoints(monkeypatch):
    monkeypatch.setitem(sys.modules, "indexed_gzip", None)
    with pytest.raises(UnusableCheckpoints, match="not installed"):
        made(ONE)
