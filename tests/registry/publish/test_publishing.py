import json
import subprocess

import pytest

from layerscope.blobs import tree
from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.copying import BlobOutcome
from layerscope.errors import InvalidDocument, InvalidReference, NotFound, RegistryError, UsageError, VerificationError
from layerscope.oci import Digest, Platform, media_types
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.publish.blob_upload import Destination
from layerscope.registry.publish.publishing import plan_copy, plan_push, publish
from support.fake_registry import FakeRegistry, Reply
from support.images import build_image, build_index, descriptor, json_bytes
from support.memory_store import MemoryStore
from support.registry_reading import fetch_blob, fetch_manifest

IMAGE = build_image([[("a", b"1")], [("b", b"2")]])
ARM64 = build_image([[("arm", b"64")]], platform="linux/arm64")
REFORMATTED = build_image(manifest={"z": 1, "a": {"y": 2}})


def run(client, source, destination, **more):
    progress = []
    found = publish(plan_copy(client, source, destination, **more), progress.append)
    return found, {item.descriptor.digest: item.outcome for item in progress if item.outcome}


def whole(client, reference):
    """The manifest at a reference and all its blobs, each verified."""
    fetched = fetch_manifest(client, reference)
    for item in (fetched.value.config, *fetched.value.layers):
        fetch_blob(client, reference, item)
    return fetched.data


@pytest.mark.real("docker-registry")
@pytest.mark.parametrize("image", [IMAGE, REFORMATTED, build_image(docker=True)])
def test_another_tag_has_the_same_bytes_and_digest(real_registry, client, image):
    source = real_registry.push(image, "publish/retag", "old")
    found, moved = run(client, source, source.with_tag("new"))
    assert str(found.digest) == image.digest
    assert fetch_manifest(client, source.with_tag("new")).data == image.manifest_bytes
    assert moved == {}


@pytest.mark.real("docker-registry")
def test_another_repository_gets_the_blobs_mounted(real_registry, client):
    source = real_registry.push(IMAGE, "publish/from")
    destination = real_registry.reference("publish/to:v1")
    _, moved = run(client, source, destination)
    assert set(moved.values()) == {BlobOutcome.MOUNTED}
    assert len(moved) == 3
    assert whole(client, destination) == IMAGE.manifest_bytes
    _, moved = run(client, source, destination.with_tag("v2"))
    assert set(moved.values()) == {BlobOutcome.PRESENT}


@pytest.mark.real("docker-registry")
def test_an_index_is_copied_with_all_its_images(real_registry, client):
    attestation = build_image([[("provenance", b"{}")]], manifest={"artifactType": "application/x"})
    index = build_index(
        IMAGE.descriptor(), ARM64.descriptor(), attestation.descriptor(annotations={"vnd.docker.reference.type": "x"})
    )
    source = real_registry.push_index(index, [IMAGE, ARM64, attestation], "publish/index")
    destination = real_registry.reference("publish/index-copy:v1")
    run(client, source, destination)
    assert fetch_manifest(client, destination).data == index
    for image in (IMAGE, ARM64, attestation):
        assert whole(client, destination.with_digest(Digest.parse(image.digest))) == image.manifest_bytes


@pytest.mark.real("docker-registry")
def test_one_platform_of_an_index_is_copied(real_registry, client):
    index = build_index(
        IMAGE.descriptor(platform={"os": "linux", "architecture": "amd64"}),
        ARM64.descriptor(platform={"os": "linux", "architecture": "arm64"}),
    )
    source = real_registry.push_index(index, [IMAGE, ARM64], "publish/platforms")
    destination = real_registry.reference("publish/arm64:v1")
    run(client, source, destination, platform=Platform.parse("linux/arm64"))
    assert whole(client, destination) == ARM64.manifest_bytes


@pytest.mark.real("docker-registry")
def test_an_image_is_copied_between_registries(real_registry, client):
    with FakeRegistry() as other:
        other.serve(IMAGE)
        destination = real_registry.reference("publish/across:v1")
        _, moved = run(client, other.reference(), destination)
    assert set(moved.values()) == {BlobOutcome.UPLOADED}
    assert whole(client, destination) == IMAGE.manifest_bytes


@pytest.mark.real("docker-registry", "skopeo")
def test_an_image_that_was_published_is_pulled_by_skopeo_byte_for_byte(real_registry, client, tmp_path):
    destination = real_registry.reference("publish/published:v1")

    store = MemoryStore().holding(IMAGE)
    publish(plan_push(store, CopySet.of(store), Destination(client, destination)))
    subprocess.run(
        ["skopeo", "copy", "--src-tls-verify=false", f"docker://{destination}", f"oci:{tmp_path}/layout:v1"],
        check=True,
        capture_output=True,
    )
    entry = json.loads((tmp_path / "layout/index.json").read_bytes())["manifests"][0]
    assert entry["digest"] == IMAGE.digest
    for digest, blob in IMAGE.blobs.items():
        assert (tmp_path / "layout/blobs" / digest.replace(":", "/")).read_bytes() == blob


@pytest.mark.real("docker-registry")
def test_a_plan_has_the_current_state(real_registry, client):
    source = real_registry.push(IMAGE, "publish/plan", "a")
    real_registry.push(ARM64, "publish/plan", "b")
    free, same, other = (plan_copy(client, source, source.with_tag(tag)) for tag in ("new", "a", "b"))
    assert (free.current, free.is_done) == (None, False)
    assert same.is_done
    assert (str(other.current.digest), other.is_done) == (ARM64.digest, False)
    assert str(find_manifest(client, source.with_tag("b")).digest) == ARM64.digest


def test_a_plan_writes_nothing(fake_registry, client):
    fake_registry.serve(IMAGE)
    plan_copy(client, fake_registry.reference(), fake_registry.reference("app:new"))
    assert {request.method for request in fake_registry.requests} <= {"GET", "HEAD"}


def test_a_digest_is_no_destination(fake_registry, client):
    with pytest.raises(UsageError, match="an upload needs a tag"):
        plan_copy(client, fake_registry.reference(), fake_registry.reference(f"app@{IMAGE.digest}"))


@pytest.mark.parametrize("tag", ["a b", "x" * 129, "", "../x"])
def test_a_name_that_is_no_tag_is_refused_without_a_request(fake_registry, tag):
    with pytest.raises(InvalidReference):
        fake_registry.reference().with_tag(tag)
    assert fake_registry.requests == []


def test_schema_1_is_not_given_another_tag(fake_registry, client):
    fake_registry.serve_manifest(b'{"schemaVersion": 1, "fsLayers": []}', media_types.SCHEMA1_SIGNED)
    with pytest.raises(InvalidDocument, match="schema 1"):
        plan_copy(client, fake_registry.reference(), fake_registry.reference("app:new"))


def test_a_manifest_is_not_stored_before_all_its_blobs_are_there(fake_registry, client):
    fake_registry.serve(IMAGE)
    fake_registry.on("POST", "/v2/other/blobs/uploads/", Reply(403))
    with pytest.raises(RegistryError, match="403"):
        run(client, fake_registry.reference(), fake_registry.reference("other:v1"))
    assert fake_registry.paths("PUT") == []


def test_a_blob_that_is_damaged_at_its_source_stops_the_copy(fake_registry, client):
    fake_registry.serve(IMAGE)
    last = list(IMAGE.blobs)[-1]
    fake_registry.on("GET", f"/v2/app/blobs/{last}", Reply(body=b"damaged"))
    with FakeRegistry() as other:
        other.on("POST", "/v2/app/blobs/uploads/", Reply(202, headers={"Location": "/v2/app/blobs/uploads/1"}))
        other.on("PUT", "/v2/app/blobs/uploads/1", Reply(201))
        with pytest.raises(VerificationError):
            run(client, fake_registry.reference(), other.reference())
        assert not any("/manifests/" in path for path in other.paths("PUT"))


def test_a_child_that_is_missing_stops_the_copy_of_an_index(fake_registry, client):
    fake_registry.serve_manifest(build_index(IMAGE.descriptor()), media_types.OCI_INDEX)
    with pytest.raises(NotFound):
        run(client, fake_registry.reference(), fake_registry.reference("other:v1"))
    assert fake_registry.paths("PUT") == []


def test_a_child_of_another_size_than_in_its_index_stops_the_copy(fake_registry, client):
    fake_registry.serve(IMAGE)
    fake_registry.serve_manifest(build_index(IMAGE.descriptor() | {"size": 9}), media_types.OCI_INDEX)
    with pytest.raises(VerificationError, match="more than 9 bytes"):
        run(client, fake_registry.reference(), fake_registry.reference("other:v1"))
    assert {request.method for request in fake_registry.requests} <= {"GET", "HEAD"}


def test_an_index_with_too_many_manifests_is_not_copied(fake_registry, client, monkeypatch):
    images = [build_image([[("f", bytes([number]))]]) for number in range(4)]
    for image in images:
        fake_registry.serve(image)
    fake_registry.serve_manifest(build_index(*(image.descriptor() for image in images)), media_types.OCI_INDEX)
    monkeypatch.setattr(tree, "MAX_DOCUMENTS_SIZE", 1000)
    with pytest.raises(InvalidDocument, match="more than 64 MiB of manifests"):
        run(client, fake_registry.reference(), fake_registry.reference("other:v1"))


def test_foreign_layers_are_not_copied(fake_registry, client):
    foreign = descriptor(b"foreign", media_types.DOCKER_FOREIGN_LAYER_GZIP, urls=["https://store.example/"])
    manifest = json_bytes({**IMAGE.manifest, "layers": [foreign]})
    fake_registry.serve_manifest(manifest, media_types.OCI_MANIFEST)
    fake_registry.on("HEAD", f"/v2/other/blobs/{IMAGE.manifest['config']['digest']}", Reply())
    fake_registry.on("PUT", "/v2/other/manifests/v1", Reply(201))
    headers = {"Docker-Content-Digest": str(Digest.of(manifest)), "Content-Type": media_types.OCI_MANIFEST}
    fake_registry.on("HEAD", "/v2/other/manifests/v1", Reply(404), Reply(headers=headers, body=manifest))
    run(client, fake_registry.reference(), fake_registry.reference("other:v1"))
    assert not any(foreign["digest"] in path for path in fake_registry.paths())


def test_an_index_that_lists_layers_is_copied_too(fake_registry, client):
    """BuildKit's build cache is such an index."""
    layer = b"cached layer"
    index = build_index(descriptor(layer, media_types.OCI_LAYER_GZIP))
    fake_registry.serve_manifest(index, media_types.OCI_INDEX)
    fake_registry.on("HEAD", f"/v2/other/blobs/{Digest.of(layer)}", Reply())
    fake_registry.on("PUT", "/v2/other/manifests/v1", Reply(201))
    headers = {"Docker-Content-Digest": str(Digest.of(index)), "Content-Type": media_types.OCI_INDEX}
    fake_registry.on("HEAD", "/v2/other/manifests/v1", Reply(404), Reply(headers=headers, body=index))
    assert str(run(client, fake_registry.reference(), fake_registry.reference("other:v1"))[0].digest) == str(
        Digest.of(index)
    )
