import hashlib
import json
import subprocess

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.blobs.tree import MAX_INDEX_DEPTH
from layerscope.errors import Cancelled, InvalidDocument, NoMatchingPlatform, NotFound, VerificationError
from layerscope.oci import Digest, Platform, media_types
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.client import RegistryClient
from support.fake_registry import Reply
from support.images import build_image, build_index, descriptor, digest_of, json_bytes

AMD64, ARM64 = build_image(), build_image(platform="linux/arm64/v8", layers=[[("arm", b"64")]])
PLATFORMS = {"linux/amd64": AMD64, "linux/arm64": ARM64}


def entry(image, os="linux", architecture="amd64", **more):
    return image.descriptor(platform={"os": os, "architecture": architecture}, **more)


@pytest.fixture
def store(fake_registry, client):
    return RegistryStore(fake_registry.reference(), client)


def read(store, wanted):
    with store.open(wanted) as chunks:
        return b"".join(chunks)


def test_an_image_is_resolved_and_its_layers_read(fake_registry, store):
    fake_registry.serve(AMD64)
    image = resolve(store, None)
    assert image.reference == store.name == f"{fake_registry.host}/app:latest"
    assert (image.manifest_bytes, image.config_bytes) == (AMD64.manifest_bytes, AMD64.config_bytes)
    assert [read(store, layer.descriptor) for layer in image.layers] == list(AMD64.layers)
    assert image.index is None


def test_no_layer_is_asked_for_before_it_is_opened(fake_registry, store):
    fake_registry.serve(AMD64)
    resolve(store, None)
    assert fake_registry.paths() == [
        "/v2/app/manifests/latest",
        f"/v2/app/blobs/{digest_of(AMD64.config_bytes)}",
    ]


@pytest.mark.parametrize("docker", [False, True])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_wanted_platform_is_chosen_of_an_index(fake_registry, store, platform, docker):
    index = build_index(entry(AMD64), entry(ARM64, architecture="arm64"), docker=docker)
    for image in PLATFORMS.values():
        fake_registry.serve(image, tag=image.digest)
    fake_registry.serve_manifest(index, media_types.DOCKER_INDEX if docker else media_types.OCI_INDEX)
    image = resolve(store, Platform.parse(platform))
    assert image.manifest_bytes == PLATFORMS[platform].manifest_bytes
    assert [str(item.platform) for item in image.index.manifests] == ["linux/amd64", "linux/arm64"]


def test_a_missing_platform_is_named_with_the_existing_ones(fake_registry, store):
    fake_registry.serve_manifest(build_index(entry(AMD64)), media_types.OCI_INDEX)
    with pytest.raises(NoMatchingPlatform) as error:
        resolve(store, Platform.parse("linux/s390x"))
    assert "linux/amd64" in error.value.hint


def test_attestations_are_never_picked(fake_registry, store):
    attestation = entry(ARM64, "unknown", "unknown", annotations={"vnd.docker.reference.type": "attestation-manifest"})
    fake_registry.serve_manifest(build_index(attestation, entry(AMD64)), media_types.OCI_INDEX)
    fake_registry.serve(AMD64, tag=AMD64.digest)
    assert resolve(store, None).manifest_bytes == AMD64.manifest_bytes


def nested(depth, innermost):
    """Nested indexes as bytes, the outermost first."""
    documents = [build_index(innermost)]
    for _ in range(depth - 1):
        documents.insert(
            0,
            build_index(
                descriptor(documents[0], media_types.OCI_INDEX, platform={"os": "linux", "architecture": "amd64"})
            ),
        )
    return documents


@pytest.mark.parametrize("depth", [1, 3, MAX_INDEX_DEPTH])
def test_indexes_within_indexes_are_followed(fake_registry, store, depth):
    documents = nested(depth, entry(AMD64))
    for document in documents:
        fake_registry.serve_manifest(document, media_types.OCI_INDEX)
    fake_registry.serve_manifest(documents[0], media_types.OCI_INDEX)
    fake_registry.serve(AMD64, tag=AMD64.digest)
    assert resolve(store, None).manifest_bytes == AMD64.manifest_bytes


def test_deeper_than_anything_real_is_refused(fake_registry, store):
    documents = nested(MAX_INDEX_DEPTH + 1, entry(AMD64))
    for document in documents:
        fake_registry.serve_manifest(document, media_types.OCI_INDEX)
    fake_registry.serve_manifest(documents[0], media_types.OCI_INDEX)
    fake_registry.serve(AMD64, tag=AMD64.digest)
    with pytest.raises(InvalidDocument, match="deeper than 8 levels"):
        resolve(store, None)


def test_an_empty_index_has_no_image(fake_registry, store):
    fake_registry.serve_manifest(build_index(), media_types.OCI_INDEX)
    with pytest.raises(NoMatchingPlatform, match="has no image"):
        resolve(store, None)


def test_an_index_that_leads_back_to_itself_cannot_be_verified(fake_registry, store):
    """A true circle of digests cannot be built; a registry that plays one is caught by the first digest."""
    claimed = digest_of(b"whatever")
    index = build_index({"mediaType": media_types.OCI_INDEX, "digest": claimed, "size": 7})
    for target in ("latest", claimed):
        fake_registry.on("GET", f"/v2/app/manifests/{target}", Reply(body=index))
    with pytest.raises(VerificationError):
        resolve(store, None)


def test_a_child_of_another_size_is_refused(fake_registry, store):
    wrong = {**entry(AMD64), "size": len(AMD64.manifest_bytes) + 1}
    fake_registry.serve_manifest(build_index(wrong), media_types.OCI_INDEX)
    fake_registry.serve(AMD64, tag=AMD64.digest)
    with pytest.raises(VerificationError, match="bytes, not"):
        resolve(store, None)


def test_a_child_of_another_digest_is_refused(fake_registry, store):
    fake_registry.serve_manifest(build_index(entry(AMD64)), media_types.OCI_INDEX)
    fake_registry.on("GET", f"/v2/app/manifests/{AMD64.digest}", Reply(body=ARM64.manifest_bytes))
    with pytest.raises(VerificationError, match=f"the manifest {Digest.parse(AMD64.digest).short} has"):
        resolve(store, None)


def test_a_config_that_was_changed_is_refused(fake_registry, store):
    fake_registry.serve(AMD64)
    changed = AMD64.config_bytes.replace(b"hello", b"jello").replace(b"sh", b"zh")
    fake_registry.on("GET", f"/v2/app/blobs/{digest_of(AMD64.config_bytes)}", Reply(body=changed))
    with pytest.raises(VerificationError, match=r"the content of the config .* has the digest .*, not"):
        resolve(store, None)


@pytest.mark.parametrize("config_type", [media_types.OCI_EMPTY, "application/vnd.cncf.helm.config.v1+json"])
def test_the_config_of_an_artifact_is_not_parsed(fake_registry, store, config_type):
    config = b"not json at all"
    artifact = json_bytes({
        "schemaVersion": 2, "mediaType": media_types.OCI_MANIFEST, "artifactType": "application/x",
        "config": descriptor(config, config_type), "layers": [descriptor(b"chart", "application/tar+gzip")],
    })  # fmt: skip
    fake_registry.serve_manifest(artifact, media_types.OCI_MANIFEST)
    fake_registry.on("GET", f"/v2/app/blobs/{digest_of(config)}", Reply(body=config))
    image = resolve(store, None)
    assert not image.manifest.is_image
    assert (image.config_bytes, len(image.layers)) == (config, 1)


def test_a_warning_of_the_registry_reaches_the_image(fake_registry, store):
    fake_registry.serve(AMD64)
    headers = {"Docker-Content-Digest": digest_of(b"other")}
    fake_registry.on("GET", "/v2/app/manifests/latest", Reply(body=AMD64.manifest_bytes, headers=headers))
    assert "announces the digest" in resolve(store, None).warnings[0]


def test_a_closed_source_reads_no_more(fake_registry, store):
    fake_registry.serve(AMD64)
    image = resolve(store, None)
    store.close()
    with pytest.raises(Cancelled):
        read(store, image.layers[0].descriptor)


@pytest.mark.real("docker-registry")
@pytest.mark.parametrize("docker", [False, True])
def test_an_image_of_a_real_registry_is_read_byte_for_byte(real_registry, docker):
    built = build_image([[("a", b"1")], [("b", b"2")]], docker=docker)
    reference = real_registry.push(built, f"source/image-{docker}".lower())
    store = RegistryStore(reference, RegistryClient())
    image = resolve(store, None)
    assert image.manifest_bytes == built.manifest_bytes
    assert str(image.descriptor.digest) == built.digest
    assert [read(store, layer.descriptor) for layer in image.layers] == list(built.layers)
    assert image.warnings == ()
    store.close()


@pytest.mark.real("docker-registry")
def test_a_platform_of_an_index_in_a_real_registry_is_read(real_registry):
    index = build_index(entry(AMD64), entry(ARM64, architecture="arm64"))
    reference = real_registry.push_index(index, [AMD64, ARM64], "source/index")
    store = RegistryStore(reference, RegistryClient())
    assert resolve(store, Platform.parse("linux/arm64")).manifest_bytes == ARM64.manifest_bytes
    assert resolve(store, Platform.parse("linux/amd64")).manifest_bytes == AMD64.manifest_bytes
    store.close()


@pytest.mark.real("docker-registry")
def test_a_missing_tag_in_a_real_registry_is_not_found(real_registry, client):
    real_registry.push(AMD64, "source/there")
    with pytest.raises(NotFound, match="has no tag `nothing`"):
        resolve(RegistryStore(real_registry.reference("source/there:nothing"), client), None)


@pytest.mark.real("docker-registry", "skopeo")
def test_an_image_that_skopeo_pushed_is_read_as_skopeo_reads_it(real_registry, client):
    built = build_image([[("usr/bin/tool", b"x" * 100_000)]])
    reference = real_registry.push(built, "source/first")
    copy = f"docker://{real_registry.host}/source/copied:v1"
    subprocess.run(
        ["skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--format=v2s2", f"docker://{reference}", copy],
        check=True, capture_output=True,
    )  # fmt: skip
    raw = subprocess.run(
        ["skopeo", "inspect", "--tls-verify=false", "--raw", copy], check=True, capture_output=True
    ).stdout
    store = RegistryStore(real_registry.reference("source/copied:v1"), client)
    image = resolve(store, None)
    assert image.manifest_bytes == raw
    assert image.manifest.media_type == media_types.DOCKER_MANIFEST
    wanted = [item["digest"] for item in json.loads(raw)["layers"]]
    assert ["sha256:" + hashlib.sha256(read(store, layer.descriptor)).hexdigest() for layer in image.layers] == wanted
