"""Chunks that are computed ahead are the same, and no more of them than promised."""

import threading

import pytest
from hypothesis import given, strategies as st

from layerscope.blobs import spare_cores
from layerscope.blobs.spare_cores import using_core
from layerscope.errors import SourceError
from layerscope.layers import ahead as module
from layerscope.layers.ahead import ahead

BATCH = 100


@pytest.fixture(scope="module", autouse=True)
def small_batches():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BATCH_SIZE", BATCH)
        patch.setattr(spare_cores, "_CORE_COUNT", 2)
        yield


@given(st.lists(st.binary(min_size=1, max_size=90), max_size=12))
def test_all_chunks_arrive_in_their_order(chunks):
    assert list(ahead(iter(chunks))) == chunks


def test_at_most_one_batch_is_computed_before_it_is_asked_for():
    source = iter([bytes(10)] * 100)
    chunks = ahead(source)
    next(chunks)
    chunks.close()
    assert len(list(source)) == 100 - 2 * BATCH // 10


def test_an_error_of_the_source_is_raised_after_the_chunks_before_its_batch():
    def source():
        yield from [bytes(BATCH)] * 3
        raise SourceError("gone")

    chunks = ahead(source())
    assert [next(chunks), next(chunks), next(chunks)] == [bytes(BATCH)] * 3
    with pytest.raises(SourceError, match="gone"):
        next(chunks)


def test_no_thread_is_left_and_little_data_needs_none():
    before = threading.active_count()
    few = ahead(iter([b"a", b"b"]))
    assert next(few) == b"a"
    assert threading.active_count() == before
    many = ahead(iter([bytes(BATCH)] * 9))
    next(many)
    assert threading.active_count() == before + 1
    many.close()
    assert threading.active_count() == before


def test_if_no_core_is_spare_the_chunks_are_computed_by_the_caller(monkeypatch):
    monkeypatch.setattr(spare_cores, "_CORE_COUNT", 1)
    computed_by = []

    def source():
        for _ in range(5):
            computed_by.append(threading.get_ident())
            yield bytes(BATCH)

    with using_core():
        assert len(list(ahead(source()))) == 5
    assert {*computed_by} == {threading.get_ident()}
    assert spare_cores.has_spare_core()
