import pytest

from layerscope.errors import Cancelled, NotFound
from layerscope.oci import Platform, media_types
from layerscope.registry.api.tag_summary import read_tag, read_tags
from support.fake_registry import Reply
from support.images import build_image, build_index, descriptor, digest_of, json_bytes

AMD64 = build_image([[("a", b"1")], [("b", b"2")]], created="2024-05-06T07:08:09Z")
ARM64 = build_image([[("arm", b"64" * 1000)]], platform="linux/arm64", created="2025-01-01T00:00:00Z")


@pytest.fixture
def index(fake_registry):
    data = build_index(
        AMD64.descriptor(platform={"os": "linux", "architecture": "amd64"}),
        ARM64.descriptor(platform={"os": "linux", "architecture": "arm64"}),
        AMD64.descriptor(platform={"os": "unknown", "architecture": "unknown"}),
    )
    for image in (AMD64, ARM64):
        fake_registry.serve(image, tag=image.digest)
    fake_registry.serve_manifest(data, media_types.OCI_INDEX)
    return data


def test_the_facts_of_an_image_are_read(fake_registry, client):
    fake_registry.serve(AMD64)
    facts = read_tag(client, fake_registry.reference())
    assert (facts.tag, str(facts.digest), facts.media_type) == ("latest", AMD64.digest, AMD64.media_type)
    assert (facts.size, facts.created) == (sum(map(len, AMD64.layers)), "2024-05-06T07:08:09Z")
    assert facts.platforms == ("linux/amd64",)


def test_an_index_has_its_platforms_and_the_facts_of_the_wanted_one(fake_registry, client, index):
    facts = read_tag(client, fake_registry.reference(), Platform.parse("linux/arm64"))
    assert (str(facts.digest), facts.platforms) == (digest_of(index), ("linux/amd64", "linux/arm64"))
    assert (facts.size, facts.created) == (len(ARM64.layers[0]), "2025-01-01T00:00:00Z")


@pytest.mark.usefixtures("index")
def test_an_index_without_the_wanted_platform_has_no_size(fake_registry, client):
    facts = read_tag(client, fake_registry.reference(), Platform.parse("linux/s390x"))
    assert (facts.size, facts.created, len(facts.platforms)) == (None, "", 2)


def test_an_artifact_has_a_size_and_its_config_is_not_read(fake_registry, client):
    artifact = json_bytes({**AMD64.manifest, "config": descriptor(b"{}", media_types.OCI_EMPTY)})
    fake_registry.serve_manifest(artifact, media_types.OCI_MANIFEST)
    facts = read_tag(client, fake_registry.reference())
    assert (facts.size, facts.created, facts.platforms) == (sum(map(len, AMD64.layers)), "", ())


def test_several_tags_come_in_order_and_one_that_fails_does_not_hide_the_others(fake_registry, client):
    fake_registry.serve(AMD64, tag="good")
    found = dict(read_tags(client, fake_registry.reference(), ["good", "missing", "good"]))
    assert list(found) == ["good", "missing"]
    assert str(found["good"].digest) == AMD64.digest
    assert isinstance(found["missing"], NotFound)


def test_a_cancelled_read_ends(fake_registry, client):
    fake_registry.on("GET", "/v2/app/manifests/a", Reply(503))
    client.close()
    with pytest.raises(Cancelled):
        list(read_tags(client, fake_registry.reference(), ["a", "b"]))
