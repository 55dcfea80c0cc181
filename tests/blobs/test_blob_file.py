import io
import os

import pytest

from layerscope.blobs.blob_file import BlobFile
from layerscope.blobs.store import Span
from layerscope.errors import NotFound, SourceError
from layerscope.oci import Descriptor, media_types
from support.memory_store import MemoryStore

DATA = bytes(range(256)) * 1000


class Noting(MemoryStore):
    def __init__(self):
        super().__init__()
        self.spans = []

    def open(self, descriptor, span=None):
        self.spans.append(span)
        return super().open(descriptor, span)


@pytest.fixture
def store():
    return Noting()


@pytest.fixture
def descriptor(store):
    return Descriptor.parse(store.put(DATA, media_types.OCI_LAYER_GZIP), "the layer")


@pytest.fixture
def blob(store, descriptor):
    with BlobFile(store, descriptor) as blob:
        yield blob


def test_a_blob_is_read_as_a_file_of_its_bytes_is(blob):
    file = io.BytesIO(DATA)
    for offset, whence, size in (
        (0, os.SEEK_SET, 10),
        (5, os.SEEK_CUR, 300),
        (200_000, os.SEEK_SET, 60_000),
        (-5, os.SEEK_END, 10),
        (0, os.SEEK_SET, 7),
        (3, os.SEEK_END, 1),
        (255_999, os.SEEK_SET, -1),
    ):
        assert blob.seek(offset, whence) == file.seek(offset, whence)
        assert blob.read(size) == file.read(size)
        assert blob.tell() == file.tell()


def test_an_announced_span_is_fetched_by_one_request_however_it_is_read(blob, store):
    blob.announce(Span(1000, 50_000))
    blob.seek(1000)
    assert b"".join(iter(lambda: blob.read(7000) if blob.tell() < 51_000 else b"", b""))[:50_000] == DATA[1000:51_000]
    assert store.spans[0] == Span(1000, 50_000)
    assert len(store.spans) == 2


def test_a_short_way_back_needs_no_request(blob, store):
    blob.announce(Span(0, 200_000))
    blob.read(150_000)
    blob.seek(-60_000, os.SEEK_CUR)
    assert blob.read(1000) == DATA[90_000:91_000]
    assert len(store.spans) == 1


def test_nothing_is_fetched_to_learn_the_size(blob, store):
    assert (blob.seek(0, os.SEEK_END), store.spans) == (len(DATA), [])


def test_a_blob_that_is_shorter_than_promised_ends(blob, store, descriptor):
    store.blobs[str(descriptor.digest)] = DATA[:1000]
    assert blob.read(5000) == DATA[:1000]
    assert blob.read(5000) == b""


def test_the_error_of_the_store_is_kept_for_those_who_read_through_a_library(blob, store):
    store.blobs.clear()
    with pytest.raises(NotFound) as raised:
        blob.read(1)
    assert blob.failure is raised.value


def test_all_chunks_are_watched(store, descriptor):
    def watch(chunks):
        yield next(iter(chunks))
        raise SourceError("stopped")

    with BlobFile(store, descriptor, watch) as blob, pytest.raises(SourceError, match="stopped"):
        blob.read(100)
