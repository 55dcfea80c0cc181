import dataclasses

import pytest

from layerscope.errors import InvalidDocument, NotFound, RegistryError, TransportError, Unauthorized, VerificationError
from layerscope.oci import Digest, Index, Manifest, media_types
from layerscope.registry.api.manifests import fetch_root, find_manifest
from support.fake_registry import Reply
from support.images import build_image, build_index, digest_of
from support.registry_reading import fetch_manifest

IMAGE = build_image()
PATH = "/v2/app/manifests/latest"


@pytest.fixture
def fetch(fake_registry, client):
    def fetch(rest="app:latest"):
        return fetch_manifest(client, fake_registry.reference(rest))

    return fetch


def answers(registry, body=IMAGE.manifest_bytes, media_type=media_types.OCI_MANIFEST, **more):
    headers = {"Content-Type": media_type} if media_type else {}
    registry.on("GET", PATH, Reply(body=body, headers=headers, **more))


def test_one_accept_field_names_all_types(fake_registry, fetch):
    fake_registry.serve(IMAGE)
    fetch()
    accepted = {item.partition(";")[0] for item in fake_registry.requests[0].headers["accept"].split(", ")}
    assert accepted == media_types.MANIFESTS | media_types.INDEXES | media_types.LEGACY


def test_a_manifest_keeps_its_exact_bytes(fake_registry, fetch):
    fake_registry.serve(IMAGE)
    fetched = fetch()
    assert fetched.data == IMAGE.manifest_bytes
    assert (str(fetched.descriptor.digest), fetched.descriptor.size) == (IMAGE.digest, len(IMAGE.manifest_bytes))
    assert isinstance(fetched.value, Manifest)


def test_an_index_is_known(fake_registry, fetch):
    answers(fake_registry, build_index(IMAGE.descriptor()), media_types.OCI_INDEX)
    assert isinstance(fetch().value, Index)


@pytest.mark.parametrize(
    "media_type",
    [media_types.OCI_MANIFEST + "; charset=utf-8", None, "text/plain", "application/octet-stream", "application/json"],
)
def test_the_body_decides_on_its_type_if_the_answer_does_not(fake_registry, fetch, media_type):
    answers(fake_registry, media_type=media_type)
    assert fetch().descriptor.media_type == media_types.OCI_MANIFEST


def test_a_type_that_the_body_contradicts_is_refused(fake_registry, fetch):
    answers(fake_registry, media_type=media_types.OCI_INDEX)
    with pytest.raises(InvalidDocument, match="the manifest is a"):
        fetch()


@pytest.mark.parametrize("length", ["true", None])
def test_a_manifest_of_more_than_4_mib_is_not_read(fake_registry, fetch, length):
    answers(fake_registry, b" " * (4 * 1024 * 1024 + 1), length=length)
    with pytest.raises(RegistryError, match="larger than 4,194,304 bytes"):
        fetch()


def test_a_manifest_without_end_is_not_read_to_it(fake_registry, fetch):
    def endless():
        while True:
            yield b" " * 65536

    answers(fake_registry, chunks=endless())
    with pytest.raises(RegistryError, match="larger than 4,194,304 bytes"):
        fetch()


def test_a_body_shorter_than_its_length_is_a_cut_connection(fake_registry, fetch):
    answers(fake_registry, length=len(IMAGE.manifest_bytes) + 5)
    with pytest.raises(TransportError, match="broke off"):
        fetch()


def test_a_body_longer_than_its_length_is_not_taken_for_whole(fake_registry, fetch):
    answers(fake_registry, length=len(IMAGE.manifest_bytes) - 5)
    with pytest.raises(InvalidDocument, match="not valid JSON"):
        fetch()


def test_a_body_without_the_digest_asked_for_is_refused_with_both(fake_registry, fetch):
    other = digest_of(b"other")
    fake_registry.on("GET", f"/v2/app/manifests/{other}", Reply(body=IMAGE.manifest_bytes))
    with pytest.raises(VerificationError, match=f"has the digest {IMAGE.digest}, not {other}"):
        fetch(f"app@{other}")


def test_the_digest_decides_and_the_tag_is_not_asked_for(fake_registry, fetch):
    fake_registry.serve(IMAGE)
    fetch(f"app:other@{IMAGE.digest}")
    assert fake_registry.paths() == [f"/v2/app/manifests/{IMAGE.digest}"]


def test_sha512_is_verified(fake_registry, fetch):
    digest = Digest.of(IMAGE.manifest_bytes, "sha512")
    fake_registry.on("GET", f"/v2/app/manifests/{digest}", Reply(body=IMAGE.manifest_bytes))
    assert fetch(f"app@{digest}").descriptor.digest == digest


def test_an_unknown_algorithm_is_never_taken_for_verified(fake_registry, client):
    fake_registry.on("GET", "/v2/app/manifests/blake3:abc", Reply(body=IMAGE.manifest_bytes))
    with pytest.raises(VerificationError, match="cannot be verified"):
        fetch_manifest(client, fake_registry.reference().with_digest(Digest.parse("blake3:abc")))


@pytest.mark.parametrize("announced", [digest_of(b"other"), "nonsense", "sha256:\x1b[31m"])
def test_a_wrong_announcement_is_a_warning_and_the_bytes_decide(fake_registry, client, fetch, announced):
    fake_registry.on("GET", PATH, Reply(body=IMAGE.manifest_bytes, headers={"Docker-Content-Digest": announced}))
    assert str(fetch().descriptor.digest) == IMAGE.digest
    root, _ = fetch_root(client, fake_registry.reference())
    (warning,) = root.warnings
    assert IMAGE.digest in warning
    assert warning.isprintable()


def test_json_nested_without_end_is_invalid(fake_registry, fetch):
    answers(fake_registry, b'{"a":' * 100_000)
    with pytest.raises(InvalidDocument, match="not valid JSON"):
        fetch()


def test_schema_1_is_named(fake_registry, fetch):
    answers(fake_registry, b'{"schemaVersion": 1, "fsLayers": [], "signatures": []}', media_types.SCHEMA1_SIGNED)
    with pytest.raises(InvalidDocument, match="schema 1"):
        fetch()


def error_body(code, message="words"):
    return Reply(
        404,
        b'{"errors": [{"code": "%s", "message": "%s"}]}' % (code.encode(), message.encode()),
        {"Content-Type": "application/json"},
    )


def test_an_unknown_tag_is_named_with_a_hint(fake_registry, fetch):
    fake_registry.on("GET", PATH, error_body("MANIFEST_UNKNOWN"))
    with pytest.raises(NotFound, match=r"app` has no tag `latest`.*MANIFEST_UNKNOWN") as error:
        fetch()
    assert error.value.hint == f"`layerscope tags {fake_registry.host}/app` lists its tags"


def test_an_unknown_repository_is_named(fake_registry, fetch):
    fake_registry.on("GET", PATH, error_body("NAME_UNKNOWN"))
    with pytest.raises(NotFound, match="has no repository `app`"):
        fetch()


def test_an_empty_404_is_not_found(fetch):
    with pytest.raises(NotFound, match=r"\(404\)"):
        fetch()


def test_an_unknown_digest_is_named(fetch):
    with pytest.raises(NotFound, match=f"no manifest {IMAGE.digest[:19]}"):
        fetch(f"app@{IMAGE.digest}")


@pytest.mark.parametrize("status", [200, 404])
def test_a_web_page_is_never_taken_for_a_manifest(fake_registry, fetch, status):
    page = b"<html><script>alert(1)</script></html>"
    fake_registry.on("GET", PATH, Reply(status, page, {"Content-Type": "text/html"}))
    with pytest.raises((RegistryError, NotFound)) as error:
        fetch()
    assert "is this the address of a registry?" in error.value.hint
    assert "script" not in error.value.message


def test_a_web_page_without_a_type_is_not_taken_for_a_manifest_either(fake_registry, fetch):
    answers(fake_registry, b"  <!DOCTYPE html>", None)
    with pytest.raises(InvalidDocument) as error:
        fetch()
    assert "web page" in error.value.hint


def test_the_registrys_words_are_shown_escaped_and_short(fake_registry, fetch):
    fake_registry.on("GET", PATH, dataclasses.replace(error_body("DENIED", "\\u001b[31m" + "x" * 3000), status=403))
    with pytest.raises(Unauthorized, match=r"403 DENIED") as error:
        fetch()
    assert error.value.message.isprintable()
    assert len(error.value.message) < 500


def test_only_4_kib_of_an_error_are_read(fake_registry, fetch):
    def endless():
        while True:
            yield b"x" * 65536

    fake_registry.on("GET", PATH, Reply(404, chunks=endless()))
    with pytest.raises(NotFound):
        fetch()


HEAD = {"Docker-Content-Digest": IMAGE.digest, "Content-Type": IMAGE.media_type}


def test_a_manifest_is_looked_at_without_being_fetched(fake_registry, client):
    fake_registry.on("HEAD", PATH, Reply(body=IMAGE.manifest_bytes, headers=HEAD))
    found = find_manifest(client, fake_registry.reference())
    assert (str(found.digest), found.size, found.media_type) == (
        IMAGE.digest,
        len(IMAGE.manifest_bytes),
        IMAGE.media_type,
    )
    assert fake_registry.paths("GET") == []


def test_a_missing_manifest_is_none(fake_registry, client):
    assert find_manifest(client, fake_registry.reference()) is None


@pytest.mark.parametrize("headers", [{}, {"Docker-Content-Digest": "nonsense"}])
def test_a_registry_that_announces_nothing_is_asked_for_the_manifest(fake_registry, client, headers):
    fake_registry.serve(IMAGE)
    fake_registry.on("HEAD", PATH, Reply(headers=headers))
    assert str(find_manifest(client, fake_registry.reference()).digest) == IMAGE.digest


def test_a_registry_that_fails_to_look_is_an_error(fake_registry, client):
    fake_registry.on("HEAD", PATH, Reply(500))
    with pytest.raises(RegistryError, match="failed: cannot look up"):
        find_manifest(client, fake_registry.reference())


def test_schema_1_is_named_by_digest_too(fake_registry, fetch):
    """Its digest covers the payload without the signatures, so the bytes themselves would not match."""
    digest = digest_of(b"payload")
    headers = {"Content-Type": media_types.SCHEMA1_SIGNED}
    body = b'{"schemaVersion": 1, "fsLayers": [], "signatures": []}'
    fake_registry.on("GET", f"/v2/app/manifests/{digest}", Reply(body=body, headers=headers))
    with pytest.raises(InvalidDocument, match="schema 1"):
        fetch(f"app@{digest}")
