"""Documents and streams of a store, checked against their descriptors."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.verified import open_verified, read
from layerscope.errors import Cancelled, InvalidDocument, NotFound, TransportError, VerificationError
from layerscope.oci import Descriptor, Digest
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE
from support.memory_store import MemoryStore


class OneBlob:
    """A store that sends these chunks for anything, then raises the error if there is one."""

    name = "memory:blob"

    def __init__(self, chunks, error=None):
        self.chunks = chunks
        self.error = error

    @contextmanager
    def open(self, _descriptor, _span=None):
        yield self._read()

    def _read(self):
        yield from self.chunks
        if self.error:
            raise self.error


PROMISED = Descriptor("x/y", Digest.of(b"abc", "sha512"), 3)


def test_the_bytes_of_a_descriptor_are_returned():
    assert read(OneBlob([b"a", b"bc"]), PROMISED, "the config").checked() == b"abc"


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (b"ab", BlobStatus.TRUNCATED, "the config has 2 bytes, not 3"),
        (b"abcde", BlobStatus.TOO_LARGE, "the config has more than 3 bytes, the size in its descriptor"),
        (
            b"xyz",
            BlobStatus.MISMATCH,
            f"the content of the config has the digest {Digest.of(b'xyz', 'sha512')}, not {Digest.of(b'abc', 'sha512')}",
        ),
    ],
)
def test_other_bytes_are_refused_with_what_differs(data, status, message):
    reading = read(OneBlob([data]), PROMISED, "the config")

    assert (reading.status, reading.data) == (status, b"")
    with pytest.raises(VerificationError) as error:
        reading.checked()
    assert error.value.message == message


def test_a_digest_of_an_unknown_algorithm_verifies_nothing():
    reading = read(OneBlob([b"abc"]), Descriptor("x/y", Digest("md5", "abc"), 3), "the config")

    assert reading.status is BlobStatus.UNVERIFIED
    assert "the digest algorithm `md5` is unknown" in str(reading.error)


def test_a_document_over_the_limit_is_never_asked_for():
    store = MemoryStore()

    reading = read(store, replace(PROMISED, size=MAX_DOCUMENT_SIZE + 1), "the config")

    assert (store.opened, reading.status) == ([], BlobStatus.UNSUPPORTED)
    assert isinstance(reading.error, InvalidDocument)


@pytest.mark.parametrize(
    ("chunks", "error", "status"),
    [
        ([], NotFound("gone"), BlobStatus.MISSING),
        ([], TransportError("cut"), BlobStatus.UNVERIFIED),
        ([b"a"], TransportError("cut"), BlobStatus.TRUNCATED),
    ],
)
def test_a_store_that_fails_has_its_status_and_its_own_error(chunks, error, status):
    reading = read(OneBlob(chunks, error), PROMISED, "the config")

    assert (reading.status, reading.error) == (status, error)


def test_a_cancelled_reading_is_no_verdict():
    with pytest.raises(Cancelled):
        read(OneBlob([], Cancelled()), PROMISED, "the config")


def test_a_stream_ends_with_an_error_if_the_bytes_are_others():
    with (
        open_verified(OneBlob([b"xyz"]), PROMISED) as chunks,
        pytest.raises(VerificationError, match="the blob sha512"),
    ):
        list(chunks)


def test_a_stream_of_the_right_bytes_just_ends():
    with open_verified(OneBlob([b"ab", b"c"]), PROMISED) as chunks:
        assert b"".join(chunks) == b"abc"
