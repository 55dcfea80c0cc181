import random
from contextlib import contextmanager

import pytest

from layerscope.blobs.copying import BlobOutcome
from layerscope.errors import RegistryError, SourceError, VerificationError
from layerscope.oci import Descriptor, Digest
from layerscope.registry.publish import blob_upload
from layerscope.registry.publish.blob_upload import Destination, has_blob, push_blob
from support.fake_registry import FakeRegistry, Reply
from support.registry_reading import fetch_blob

BLOB = random.Random(2).randbytes(100_000)
DESCRIPTOR = Descriptor("application/octet-stream", Digest.of(BLOB), len(BLOB))
UPLOADS = "/v2/app/blobs/uploads/"
SESSION = "/v2/app/blobs/uploads/1"


class Sends:
    """A store that sends these bytes for any blob."""

    def __init__(self, data=BLOB, piece=7000):
        self.chunks = [data[start : start + piece] for start in range(0, len(data), piece)]

    @contextmanager
    def open(self, _descriptor):
        yield iter(self.chunks)


def push(client, registry, data=BLOB, **more):
    sent = []
    outcome = push_blob(Destination(client, registry.reference(), **more), DESCRIPTOR, Sends(data), sent.append)
    return outcome, sent


def accepts_uploads(registry):
    registry.on("POST", UPLOADS, Reply(202, headers={"Location": f"{SESSION}?state=0"}))
    registry.on("PATCH", SESSION, *(Reply(202, headers={"Location": f"{SESSION}?state={n}"}) for n in range(1, 9)))
    registry.on("PUT", SESSION, Reply(201))
    registry.on("DELETE", SESSION, Reply(204))


def writes(registry):
    return [request for request in registry.requests if request.method not in ("GET", "HEAD")]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(blob_upload, "CHUNK_SIZE", 30_000)


def test_an_existing_blob_is_not_sent(fake_registry, client):
    fake_registry.on("HEAD", f"/v2/app/blobs/{DESCRIPTOR.digest}", Reply())
    assert push(client, fake_registry) == (BlobOutcome.PRESENT, [])
    assert writes(fake_registry) == []


def test_a_small_blob_is_sent_in_one_piece(fake_registry, client):
    accepts_uploads(fake_registry)
    assert push(client, fake_registry) == (BlobOutcome.UPLOADED, [len(BLOB)])
    post, put = writes(fake_registry)
    assert (post.method, put.method, put.body) == ("POST", "PUT", BLOB)
    assert put.path == f"{SESSION}?state=0&digest=sha256%3A{DESCRIPTOR.digest.encoded}"


@pytest.mark.usefixtures("small_chunks")
def test_a_big_blob_is_sent_in_chunks_each_to_the_latest_address(fake_registry, client):
    accepts_uploads(fake_registry)
    outcome, sent = push(client, fake_registry)
    _, *patches, put = writes(fake_registry)
    assert outcome is BlobOutcome.UPLOADED
    assert b"".join(request.body for request in patches) == BLOB
    assert [request.headers["content-range"] for request in patches] == [
        "0-29999",
        "30000-59999",
        "60000-89999",
        "90000-99999",
    ]
    assert [request.query for request in patches] == ["state=0", "state=1", "state=2", "state=3"]
    assert (put.query.partition("&")[0], put.body) == ("state=4", b"")
    assert sent == [30_000, 60_000, 90_000, 100_000]


@pytest.mark.usefixtures("small_chunks")
def test_a_registry_may_ask_for_bigger_chunks(fake_registry, client):
    accepts_uploads(fake_registry)
    headers = {"Location": SESSION, "OCI-Chunk-Min-Length": "60000"}
    fake_registry.on("POST", UPLOADS, Reply(202, headers=headers))
    push(client, fake_registry)
    assert [len(request.body) for request in writes(fake_registry)] == [0, 60_000, 40_000, 0]


def test_a_blob_that_another_repository_has_is_mounted(fake_registry, client):
    fake_registry.on("POST", UPLOADS, Reply(201))
    assert push(client, fake_registry, mount_from="other")[0] is BlobOutcome.MOUNTED
    assert fake_registry.paths("POST") == [f"{UPLOADS}?mount=sha256%3A{DESCRIPTOR.digest.encoded}&from=other"]


def test_a_registry_that_does_not_mount_gets_the_bytes(fake_registry, client):
    accepts_uploads(fake_registry)
    assert push(client, fake_registry, mount_from="other")[0] is BlobOutcome.UPLOADED
    assert writes(fake_registry)[-1].body == BLOB


@pytest.mark.parametrize(
    "damage",
    [
        (BLOB[:-1], "has 99,999 bytes, not 100,000"),
        (BLOB + b"x", "has more than 100,000 bytes"),
        (b"y" + BLOB[1:], f"has the digest sha256:.*, not {DESCRIPTOR.digest}"),
    ],
)
@pytest.mark.parametrize("chunk_size", [30_000, 10**9])
def test_bytes_that_are_not_the_blobs_are_never_finished(fake_registry, client, monkeypatch, damage, chunk_size):
    data, words = damage
    monkeypatch.setattr(blob_upload, "CHUNK_SIZE", chunk_size)
    accepts_uploads(fake_registry)
    with pytest.raises(VerificationError, match=words):
        push(client, fake_registry, data)
    assert "PUT" not in [request.method for request in writes(fake_registry)]
    assert writes(fake_registry)[-1].method == "DELETE"


def test_a_source_that_fails_ends_the_upload(fake_registry, client):
    accepts_uploads(fake_registry)

    class Broken:
        def open(self, _descriptor):
            raise SourceError("broken")

    with pytest.raises(SourceError):
        push_blob(Destination(client, fake_registry.reference()), DESCRIPTOR, Broken())
    assert writes(fake_registry)[-1].method == "DELETE"


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_a_write_that_failed_is_not_repeated(fake_registry, client, method, status):
    accepts_uploads(fake_registry)
    fake_registry.on(method, UPLOADS if method == "POST" else SESSION, Reply(status))
    with pytest.raises(RegistryError):
        push(client, fake_registry)
    assert len([request for request in writes(fake_registry) if request.method == method]) == 1


@pytest.mark.parametrize(
    "location", ["", "http://127.0.0.1:1/v2/x", "//other/v2/x", "file:///v2/x", "/elsewhere", "http://[::1"]
)
def test_an_upload_never_goes_to_another_host(fake_registry, client, location):
    fake_registry.on("POST", UPLOADS, Reply(202, headers={"Location": location}))
    with pytest.raises(RegistryError, match="sent no usable URL to continue the upload"):
        push(client, fake_registry)
    assert len(writes(fake_registry)) == 1


def test_an_absolute_address_on_the_same_host_is_taken(fake_registry, client):
    accepts_uploads(fake_registry)
    fake_registry.on("POST", UPLOADS, Reply(202, headers={"Location": fake_registry.url + SESSION}))
    assert push(client, fake_registry)[0] is BlobOutcome.UPLOADED


def test_what_cannot_be_verified_is_not_sent(fake_registry, client):
    odd = Descriptor("x", Digest.parse("blake3:abc"), 3)
    with pytest.raises(VerificationError, match="the digest algorithm `blake3` is unknown"):
        push_blob(Destination(client, fake_registry.reference()), odd, Sends())
    assert fake_registry.requests == []


def test_a_registry_that_fails_to_look_is_an_error(client):
    with FakeRegistry() as registry:
        registry.on("HEAD", f"/v2/app/blobs/{DESCRIPTOR.digest}", Reply(403))
        with pytest.raises(RegistryError, match="look up the blob"):
            has_blob(client, registry.reference(), DESCRIPTOR)


@pytest.mark.real("docker-registry")
@pytest.mark.parametrize("chunk_size", [30_000, 10**9])
def test_a_real_registry_takes_a_blob_whole_and_in_chunks(real_registry, client, monkeypatch, chunk_size):
    monkeypatch.setattr(blob_upload, "CHUNK_SIZE", chunk_size)
    reference = real_registry.reference(f"upload/chunks-{chunk_size}")
    destination = Destination(client, reference)
    assert push_blob(destination, DESCRIPTOR, Sends()) is BlobOutcome.UPLOADED
    assert fetch_blob(client, reference, DESCRIPTOR) == BLOB
    assert push_blob(destination, DESCRIPTOR, Sends()) is BlobOutcome.PRESENT


@pytest.mark.real("docker-registry")
def test_a_real_registry_mounts_a_blob(real_registry, client):
    first, second = (real_registry.reference(f"upload/mount-{name}") for name in ("a", "b"))
    push_blob(Destination(client, first), DESCRIPTOR, Sends())
    assert push_blob(Destination(client, second, first.repository), DESCRIPTOR, Sends()) is BlobOutcome.MOUNTED
    assert fetch_blob(client, second, DESCRIPTOR) == BLOB
