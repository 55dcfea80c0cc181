"""A digest is that of all bytes, however they come, and little data needs no thread."""

import hashlib

import pytest
from hypothesis import given, settings, strategies as st

from layerscope.blobs import hashing, spare_cores
from layerscope.blobs.hashing import Hashing
from layerscope.oci import Digest


@given(st.lists(st.sampled_from([0, 1, 50_000, 700_000, 3_000_000]), max_size=9), st.sampled_from(["sha256", "sha512"]))
@settings(deadline=None, max_examples=30)
def test_the_digest_is_that_of_all_bytes_at_any_time(sizes, algorithm):
    whole = hashlib.new(algorithm)
    found = Hashing(Digest(algorithm, hashlib.new(algorithm).hexdigest()))
    for number, size in enumerate(sizes):
        chunk = bytes([number]) * size
        whole.update(chunk)
        found.update(chunk)
        if number % 3 == 2:
            assert found.digest().encoded == whole.hexdigest()
    assert str(found.digest()) == f"{algorithm}:{whole.hexdigest()}"


def test_at_most_two_batches_wait_however_small_the_chunks_are(monkeypatch):
    waiting = []
    monkeypatch.setattr(hashing, "_pool", lambda: Later(waiting))
    monkeypatch.setattr(spare_cores, "_CORE_COUNT", 2)
    found = Hashing(None)
    for _ in range(10_000):
        found.update(b"a")
    assert 2 < len(waiting) < 10
    assert all(len(chunks) <= 2048 for chunks in waiting)
    assert found.digest() == Digest.of(b"a" * 10_000)


@pytest.mark.parametrize(("core_count", "count"), [(2, 1), (0, 9)])
def test_a_small_blob_and_one_without_a_spare_core_use_no_thread(monkeypatch, core_count, count):
    monkeypatch.setattr(spare_cores, "_CORE_COUNT", core_count)
    monkeypatch.setattr(hashing, "_pool", lambda: pytest.fail("a thread was used"))
    found = Hashing(None)
    for _ in range(count):
        found.update(bytes(1_000_000))
    assert found.digest() == Digest.of(bytes(1_000_000 * count))


class Later:
    """A pool that notes the batches, and hashes one only when its result is asked for."""

    def __init__(self, waiting):
        self._waiting = waiting

    def submit(self, function, chunks):
        self._waiting.append(chunks)
        return Task(lambda: function(chunks))


class Task:
    def __init__(self, work):
        self.result = work
