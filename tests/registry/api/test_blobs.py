import dataclasses
import random
import threading

import pytest

from layerscope.errors import Cancelled, NotFound, RegistryError, TransportError, VerificationError
from layerscope.oci import Descriptor, Digest
from layerscope.registry.api import blobs
from layerscope.registry.api.blobs import open_blob
from layerscope.registry.http import retry
from support.fake_registry import Reply, ranged
from support.registry_reading import fetch_blob

BLOB = random.Random(1).randbytes(3_000_000)
DESCRIPTOR = Descriptor("application/octet-stream", Digest.of(BLOB), len(BLOB))
PATH = f"/v2/app/blobs/{DESCRIPTOR.digest}"


@pytest.fixture
def read(fake_registry, client):
    def read(descriptor=DESCRIPTOR):
        with open_blob(client, fake_registry.reference(), descriptor) as chunks:
            return b"".join(chunks)

    return read


@pytest.fixture
def fetch(fake_registry, client):
    def fetch(descriptor=DESCRIPTOR):
        return fetch_blob(client, fake_registry.reference(), descriptor)

    return fetch


def ranges(registry):
    return [request.headers.get("range") for request in registry.requests]


def cut_at(size):
    """A reply with the requested range, cut after this number of bytes."""

    def reply(request):
        return dataclasses.replace(ranged(BLOB)(request), cut=size)

    return reply


@pytest.fixture
def drip(fake_registry):
    """Serve an endless blob byte by byte, slowly; returns an event that is set after the first byte."""
    started, ended = threading.Event(), threading.Event()

    def bytes_now_and_then():
        while not ended.wait(0.005):
            yield b"x"
            started.set()

    def reply(request):
        return dataclasses.replace(ranged(BLOB)(request), chunks=bytes_now_and_then())

    fake_registry.on("GET", PATH, reply)
    yield started
    ended.set()


@pytest.mark.usefixtures("drip")
def test_a_server_that_drips_is_given_up_after_a_few_tries(fake_registry, read, monkeypatch):
    monkeypatch.setattr(retry, "WINDOW", 0.05)
    monkeypatch.setattr(retry, "MIN_RATE", 1_000_000)
    with pytest.raises(TransportError, match="sends less than"):
        read()
    received = [int(asked.removeprefix("bytes=").rstrip("-")) for asked in ranges(fake_registry)[1:]]
    assert len(received) == blobs.MAX_RESUMES
    assert received == sorted(received)


def test_a_blob_that_drips_can_be_cancelled_at_once(client, read, drip):
    outcome = []

    def work():
        try:
            read()
        except Cancelled as cancelled:
            outcome.append(cancelled)

    reader = threading.Thread(target=work)
    reader.start()
    assert drip.wait(30)
    client.close()
    reader.join(10)
    assert len(outcome) == 1


def test_a_blob_is_streamed_in_chunks_whole(fake_registry, client):
    fake_registry.on("GET", PATH, ranged(BLOB))
    with open_blob(client, fake_registry.reference(), DESCRIPTOR) as chunks:
        received = list(chunks)
    assert b"".join(received) == BLOB
    assert max(map(len, received)) <= 2 * blobs.CHUNK_SIZE
    assert ranges(fake_registry) == [None]


def test_a_small_blob_is_verified(fake_registry, fetch):
    fake_registry.on("GET", PATH, ranged(BLOB))
    assert fetch() == BLOB


def test_leaving_early_frees_the_connection(fake_registry, client):
    fake_registry.on("GET", PATH, ranged(BLOB))
    for _ in range(40):
        with open_blob(client, fake_registry.reference(), DESCRIPTOR) as chunks:
            next(chunks)
    assert len(fake_registry.requests) == 40


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (bytes([BLOB[0] ^ 1]) + BLOB[1:], "has the digest sha256:"),
        (BLOB[:-1], "has 2,999,999 bytes, not 3,000,000"),
        (BLOB + b"x", "has more than 3,000,000 bytes"),
    ],
)
def test_a_damaged_blob_is_refused(fake_registry, fetch, sent, words):
    fake_registry.on("GET", PATH, Reply(body=sent))
    with pytest.raises(VerificationError, match=words):
        fetch()


def test_a_blob_with_an_unknown_algorithm_is_never_verified(fake_registry, fetch):
    descriptor = dataclasses.replace(DESCRIPTOR, digest=Digest.parse("blake3:abc"))
    fake_registry.on("GET", "/v2/app/blobs/blake3:abc", Reply(body=BLOB))
    with pytest.raises(VerificationError, match="cannot be verified"):
        fetch(descriptor)


def test_a_blob_without_end_is_read_one_byte_too_far_at_most(fake_registry, read):
    def endless():
        yield BLOB
        while True:
            yield b"x" * 65536

    fake_registry.on("GET", PATH, Reply(chunks=endless()))
    assert len(read()) == len(BLOB) + 1


@pytest.mark.parametrize("size", [0, 1, len(BLOB) // 2, len(BLOB) - 1])
def test_a_cut_connection_is_resumed_where_it_ended(fake_registry, read, size):
    fake_registry.on("GET", PATH, cut_at(size), ranged(BLOB))
    assert read() == BLOB
    assert ranges(fake_registry) == [None, f"bytes={size}-" if size else None]


def test_several_cuts_are_resumed(fake_registry, read):
    fake_registry.on("GET", PATH, cut_at(1000), cut_at(2000), cut_at(0), ranged(BLOB))
    assert read() == BLOB
    assert ranges(fake_registry) == [None, "bytes=1000-", "bytes=3000-", "bytes=3000-"]


def test_a_connection_that_is_always_cut_is_given_up(fake_registry, read):
    fake_registry.on("GET", PATH, cut_at(10))
    with pytest.raises(TransportError, match="broke off"):
        read()
    assert len(fake_registry.requests) == blobs.MAX_RESUMES + 1


def test_cuts_after_good_progress_are_not_counted(fake_registry, read, monkeypatch):
    monkeypatch.setattr(blobs, "RESUME_PROGRESS", 100_000)
    fake_registry.on("GET", PATH, cut_at(200_000))
    assert read() == BLOB
    assert len(fake_registry.requests) == len(BLOB) // 200_000


def test_a_cut_that_looks_like_an_end_is_seen(fake_registry, read):
    fake_registry.on("GET", PATH, Reply(body=BLOB, length=None, cut=1000), ranged(BLOB))
    assert read() == BLOB


def test_an_answer_from_the_start_is_skipped_to_the_wanted_offset(fake_registry, read):
    fake_registry.on("GET", PATH, cut_at(1_000_000), Reply(body=BLOB))
    assert read() == BLOB


@pytest.mark.parametrize("field", ["bytes 0-2999999/3000000", "bytes 1001-2999999/3000000", "nonsense", ""])
def test_another_part_than_was_asked_for_is_refused(fake_registry, read, field):
    fake_registry.on("GET", PATH, cut_at(1000), Reply(206, BLOB[1000:], {"Content-Range": field}))
    with pytest.raises(RegistryError, match="wrong part of a blob: byte 1000 was requested"):
        read()


def test_several_parts_at_once_are_refused(fake_registry, read):
    parts = Reply(206, b"--x\r\n", {"Content-Type": "multipart/byteranges; boundary=x"})
    fake_registry.on("GET", PATH, cut_at(1000), parts)
    with pytest.raises(RegistryError, match="sent the wrong part"):
        read()


def test_a_range_beyond_the_blob_is_an_error(fake_registry, read):
    fake_registry.on("GET", PATH, cut_at(1000), Reply(416))
    with pytest.raises(RegistryError, match="416"):
        read()


def test_a_missing_blob_is_named(fake_registry, read):
    fake_registry.on("GET", PATH, Reply(404, b'{"errors": [{"code": "BLOB_UNKNOWN"}]}'))
    with pytest.raises(NotFound, match=rf"app` does not have the blob {DESCRIPTOR.digest.short} \(404 BLOB_UNKNOWN\)"):
        read()


def test_a_blob_of_no_bytes_is_read(fake_registry, fetch):
    empty = Descriptor("application/octet-stream", Digest.of(b""), 0)
    fake_registry.on("GET", f"/v2/app/blobs/{empty.digest}", Reply(body=b""))
    assert fetch(empty) == b""


def test_a_blob_in_another_store_is_resumed_through_the_registry(fake_registry, read):
    """A signed address expires: each resumed request asks the registry for a new one."""
    addresses = [Reply(307, headers={"Location": f"/store?sig={number}"}) for number in range(2)]
    fake_registry.on("GET", PATH, *addresses)
    fake_registry.on("GET", "/store", cut_at(1000), ranged(BLOB))
    assert read() == BLOB
    assert fake_registry.paths() == [PATH, "/store?sig=0", PATH, "/store?sig=1"]


def test_a_broken_encoding_is_one_sentence(fake_registry, read):
    fake_registry.on("GET", PATH, Reply(body=b"zz\r\n", length=None, headers={"Transfer-Encoding": "chunked"}))
    with pytest.raises(TransportError, match="broke off"):
        read()
