import pytest

from layerscope.errors import InvalidDocument, LayerscopeError, RegistryError, TransportError, VerificationError
from layerscope.oci import Digest, media_types
from layerscope.registry.publish.manifest_upload import confirm, put_manifest
from support.fake_registry import Reply
from support.images import build_image, digest_of

IMAGE = build_image()
OTHER = digest_of(b"other")
PATH = "/v2/app/manifests/new"


def put(client, registry, rest="app:new", data=IMAGE.manifest_bytes, media_type=IMAGE.media_type):
    return put_manifest(client, registry.reference(rest), data, media_type)


def now(registry, digest):
    headers = {"Docker-Content-Digest": digest, "Content-Type": IMAGE.media_type}
    registry.on("HEAD", PATH, Reply(headers=headers, body=b"x"))


@pytest.mark.parametrize("headers", [{}, {"Docker-Content-Digest": IMAGE.digest}])
def test_the_exact_bytes_are_sent_with_their_type(fake_registry, client, headers):
    fake_registry.on("PUT", PATH, Reply(201, headers=headers))
    assert str(put(client, fake_registry)) == IMAGE.digest
    request = fake_registry.requests[0]
    assert (request.body, request.headers["content-type"]) == (IMAGE.manifest_bytes, IMAGE.media_type)


@pytest.mark.parametrize("digest", [OTHER, "nonsense"])
def test_another_digest_than_ours_is_an_error(fake_registry, client, digest):
    fake_registry.on("PUT", PATH, Reply(201, headers={"Docker-Content-Digest": digest}))
    with pytest.raises(RegistryError, match="stored a wrong manifest as"):
        put(client, fake_registry)


@pytest.mark.parametrize("status", [200, 202, 204, 307])
def test_only_201_is_success(fake_registry, client, status):
    fake_registry.on("PUT", PATH, Reply(status))
    with pytest.raises(RegistryError, match=rf"does not confirm .* \({status}\)"):
        put(client, fake_registry)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "MANIFEST_INVALID"), (400, "TAG_INVALID"), (401, "UNAUTHORIZED"), (403, "DENIED"), (413, "SIZE_INVALID"),
     (415, "UNSUPPORTED"), (500, "UNKNOWN")],
)  # fmt: skip
def test_every_refusal_is_reported_and_the_state_is_read_back(fake_registry, client, status, code):
    fake_registry.on("PUT", PATH, Reply(status, b'{"errors": [{"code": "%b"}]}' % code.encode()))
    now(fake_registry, OTHER)
    with pytest.raises(RegistryError, match=f"{status} {code}") as error:
        put(client, fake_registry)
    assert status == 401 or error.value.hint == f"`new` is {OTHER[:19]}"
    assert len(fake_registry.paths("PUT")) == 1


@pytest.mark.parametrize(
    ("after", "words"),
    [(IMAGE.digest, "has the manifest that was sent, in spite of the error"), (None, "`new` does not exist")],
)
def test_after_a_lost_answer_the_hint_says_what_the_registry_has(fake_registry, client, after, words):
    def hang_up(_request):
        raise ConnectionError

    fake_registry.on("PUT", PATH, hang_up)
    if after:
        now(fake_registry, after)
    with pytest.raises(TransportError) as error:
        put(client, fake_registry)
    assert words in error.value.hint
    assert len(fake_registry.paths("PUT")) == 1


@pytest.mark.parametrize("detail", ['"%s"', '{"digest": "%s"}', '{"Digest": "%s"}'])
def test_blobs_that_are_missing_are_named(fake_registry, client, detail):
    error = '{"code": "MANIFEST_BLOB_UNKNOWN", "detail": %s}' % (detail % OTHER)
    fake_registry.on("PUT", PATH, Reply(400, b'{"errors": [%b]}' % error.encode()))
    with pytest.raises(RegistryError, match=f"without {OTHER}.*MANIFEST_BLOB_UNKNOWN"):
        put(client, fake_registry)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"not json", IMAGE.media_type), (b" " * (4 * 1024 * 1024 + 1), IMAGE.media_type),
     (IMAGE.manifest_bytes, media_types.OCI_INDEX), (b"{}", IMAGE.media_type)],
    ids=["no json", "big", "wrong type", "empty"],
)  # fmt: skip
def test_an_invalid_manifest_is_not_sent(fake_registry, client, data, media_type):
    with pytest.raises(InvalidDocument):
        put(client, fake_registry, data=data, media_type=media_type)
    assert fake_registry.requests == []


def test_a_digest_that_is_not_that_of_the_bytes_is_not_sent(fake_registry, client):
    with pytest.raises(VerificationError, match="has another digest"):
        put(client, fake_registry, f"app@{OTHER}")
    assert fake_registry.requests == []


def test_what_was_written_is_read_back(fake_registry, client):
    now(fake_registry, IMAGE.digest)
    assert str(confirm(client, fake_registry.reference("app:new"), Digest.parse(IMAGE.digest)).digest) == IMAGE.digest


@pytest.mark.parametrize("after", [OTHER, None])
def test_a_written_manifest_that_cannot_be_read_back_is_an_error(fake_registry, client, after):
    if after:
        now(fake_registry, after)
    with pytest.raises(LayerscopeError, match="with a wrong digest"):
        confirm(client, fake_registry.reference("app:new"), Digest.parse(IMAGE.digest))
