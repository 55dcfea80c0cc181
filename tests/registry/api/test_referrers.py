import pytest

from layerscope.errors import RegistryError, Unauthorized
from layerscope.oci import Digest, media_types
from layerscope.registry.api.referrers import list_referrers
from support.fake_registry import Reply
from support.images import build_image, build_index, descriptor, digest_of

IMAGE = build_image()
SUBJECT = Digest.parse(IMAGE.digest)
API = f"/v2/app/referrers/{SUBJECT}"
TAG = IMAGE.digest.replace(":", "-")
SBOM = descriptor(b"sbom", media_types.OCI_MANIFEST, artifactType="application/spdx+json")
SIGNATURE = descriptor(b"signature", media_types.OCI_MANIFEST)


@pytest.fixture
def referrers(fake_registry, client):
    return lambda: list_referrers(client, fake_registry.reference(), SUBJECT)


def kinds(found):
    return [(str(item.descriptor.digest), item.kind) for item in found]


BOTH = [(SBOM["digest"], "application/spdx+json"), (SIGNATURE["digest"], media_types.OCI_MANIFEST)]


def index(*entries):
    return Reply(body=build_index(*entries), headers={"Content-Type": media_types.OCI_INDEX})


def test_the_api_lists_the_referrers_of_an_image(fake_registry, referrers):
    fake_registry.on("GET", API, index(SBOM, SIGNATURE))
    assert kinds(referrers()) == BOTH
    assert f"/v2/app/manifests/{TAG}" not in fake_registry.paths()


def test_an_empty_list_is_a_good_answer(fake_registry, referrers):
    fake_registry.on("GET", API, index())
    assert referrers() == []
    assert f"/v2/app/manifests/{TAG}" not in fake_registry.paths()


def test_pages_are_followed(fake_registry, referrers):
    first = index(SBOM)
    first.headers["Link"] = f'<{API}?last=x>; rel="next"'
    fake_registry.on("GET", API, lambda request: index(SIGNATURE) if request.query else first)
    assert kinds(referrers()) == BOTH


@pytest.mark.parametrize(
    "reply",
    [Reply(404), Reply(400), Reply(405), Reply(body=b"<html>", headers={"Content-Type": "text/html"}),
     Reply(303, headers={"Location": "/page"}), Reply(body=IMAGE.manifest_bytes)],
    ids=["404", "400", "405", "html", "303 to html", "a manifest"],
)  # fmt: skip
def test_without_the_api_the_tag_lists_the_referrers(fake_registry, referrers, reply):
    fake_registry.on("GET", API, reply)
    fake_registry.on("GET", "/page", Reply(body=b"<html>"))
    fake_registry.serve_manifest(build_index(SBOM, SIGNATURE), media_types.OCI_INDEX, tag=TAG)
    assert kinds(referrers()) == BOTH


def test_neither_api_nor_tag_is_nothing(referrers):
    assert referrers() == []


def test_a_tag_that_is_no_index_is_nothing(fake_registry, referrers):
    fake_registry.serve(IMAGE, tag=TAG)
    assert referrers() == []


@pytest.mark.parametrize(("status", "kind"), [(403, Unauthorized), (500, RegistryError)])
def test_a_registry_that_refuses_or_fails_is_an_error(fake_registry, referrers, status, kind):
    fake_registry.on("GET", API, Reply(status))
    with pytest.raises(kind, match="list the referrers of an image"):
        referrers()


def test_the_tags_of_cosign_are_found(fake_registry, referrers):
    headers = {"Docker-Content-Digest": digest_of(b"s"), "Content-Type": media_types.OCI_MANIFEST}
    fake_registry.on("HEAD", f"/v2/app/manifests/{TAG}.sig", Reply(headers=headers, body=b"s"))
    found = referrers()
    assert [(item.kind, item.tag, item.descriptor.size) for item in found] == [("signature", f"{TAG}.sig", 1)]


@pytest.mark.real("docker-registry")
def test_a_real_registry_without_the_api_lists_referrers_by_the_tag(real_registry, client):
    attached = build_image([[("sbom", b"{}")]], manifest={"artifactType": "application/spdx+json"})
    real_registry.push(IMAGE, "referrers")
    entry = attached.descriptor(artifactType="application/spdx+json")
    real_registry.push_index(build_index(entry), [attached], "referrers", TAG)
    real_registry.push(attached, "referrers", f"{TAG}.sig")
    found = list_referrers(client, real_registry.reference("referrers"), SUBJECT)
    assert kinds(found) == [(attached.digest, "application/spdx+json"), (attached.digest, "signature")]
