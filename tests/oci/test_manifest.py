"""Manifests and indexes: never confused, and the right entry of an index is chosen."""

import json

import pytest

from layerscope.errors import InvalidDocument, NoMatchingPlatform
from layerscope.oci import Digest, Index, Manifest, Platform, media_types, parse_manifest


def described(name, media_type=media_types.OCI_MANIFEST, **members):
    return {"mediaType": media_type, "digest": str(Digest.of(name.encode())), "size": len(name), **members}


def entry(platform, media_type=media_types.OCI_MANIFEST, **members):
    os, architecture, *variant = platform.split("/")
    said = {"os": os, "architecture": architecture} | ({"variant": variant[0]} if variant else {})
    return described(platform, media_type, platform=said, **members)


def manifest(**members):
    return {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "config": described("config", media_types.OCI_CONFIG),
        "layers": [described("layer", media_types.OCI_LAYER_GZIP)],
        **members,
    }


def index(*entries, **members):
    return {"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": list(entries), **members}


def without(value, *keys):
    return {key: item for key, item in value.items() if key not in keys}


def parsed(value, content_type=None):
    return parse_manifest(json.dumps(value).encode(), content_type)


@pytest.fixture
def host(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")


@pytest.mark.parametrize(
    ("media_type", "config_type"),
    [
        (media_types.OCI_MANIFEST, media_types.OCI_CONFIG),
        (media_types.DOCKER_MANIFEST, media_types.DOCKER_CONFIG),
    ],
)
def test_a_manifest_has_its_config_and_its_layers_in_order(media_type, config_type):
    layers = [described("a", media_types.OCI_LAYER), described("b", media_types.OCI_LAYER)]
    config = described("config", config_type)
    found = parsed(manifest(mediaType=media_type, config=config, layers=layers, annotations={"a": "b"}))
    assert isinstance(found, Manifest)
    assert (found.media_type, found.is_image, found.annotations) == (media_type, True, {"a": "b"})
    assert [layer.digest for layer in found.layers] == [Digest.of(b"a"), Digest.of(b"b")]
    assert found.config.digest == Digest.of(b"config")


@pytest.mark.parametrize("media_type", sorted(media_types.INDEXES))
def test_an_index_lists_all_its_entries(media_type):
    odd = described("odd", "application/vnd.example.unknown+json")
    found = parsed(index(entry("linux/amd64"), odd, mediaType=media_type))
    assert isinstance(found, Index)
    assert [item.media_type for item in found.manifests] == [media_types.OCI_MANIFEST, odd["mediaType"]]


@pytest.mark.parametrize("config_type", [media_types.OCI_EMPTY, "application/vnd.cncf.helm.config.v1+json", ""])
def test_a_manifest_with_another_config_is_an_artifact(config_type):
    subject = described("subject")
    found = parsed(manifest(config=described("{}", config_type), subject=subject, artifactType="application/x"))
    assert not found.is_image
    assert (found.artifact_type, found.subject.digest) == ("application/x", Digest.of(b"subject"))


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/json",
        "application/octet-stream",
        f"{media_types.OCI_MANIFEST}; charset=utf-8",
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_a_content_type_that_says_nothing_leaves_it_to_the_document(content_type, own):
    found = parsed(manifest() if own else without(manifest(), "mediaType"), content_type)
    assert found.media_type == media_types.OCI_MANIFEST


def test_a_document_without_a_media_type_has_that_of_the_answer_or_of_its_members():
    assert (
        parsed(without(manifest(), "mediaType"), media_types.DOCKER_MANIFEST).media_type == media_types.DOCKER_MANIFEST
    )
    assert isinstance(parsed(without(index(), "mediaType")), Index)
    assert isinstance(parsed(without(manifest(), "mediaType")), Manifest)


@pytest.mark.parametrize(
    ("value", "content_type", "problem"),
    [
        (manifest(), media_types.OCI_INDEX, "was sent as"),
        (manifest(), media_types.DOCKER_MANIFEST, "was sent as"),
        (index(), media_types.OCI_MANIFEST, "was sent as"),
        (without(manifest(), "mediaType"), media_types.OCI_INDEX, "has no `manifests`"),
        (manifest(mediaType=media_types.OCI_INDEX, config=None), None, "has no `manifests`"),
        (without(manifest(), "layers"), None, "has no `layers`"),
        (manifest(layers={}), None, "has no `layers`"),
        (index() | {"manifests": "x"}, None, "has no `manifests`"),
        ({}, None, "has no `layers`"),
        (without(manifest(), "config"), None, "the manifest's config is not a descriptor"),
        (manifest(layers=[described("a"), {}]), None, "the manifest's layer 1 has no valid `size`"),
        (
            manifest(layers=[described("a", digest="sha256:../..")]),
            None,
            "the manifest's layer 0 has no valid `digest`",
        ),
        (index(entry("linux/amd64"), 5), None, "the manifest's entry 1 is not a descriptor"),
        (manifest(subject=5), None, "the manifest's subject is not a descriptor"),
        (without(manifest(), "schemaVersion"), None, "schemaVersion"),
        (manifest(schemaVersion=1), None, "schemaVersion"),
        (manifest(schemaVersion="2"), None, "schemaVersion"),
        (manifest(mediaType="text/html\x1b[2J"), None, r"`text/html\x1b[2J` is not the media type of a manifest"),
        (manifest(mediaType=media_types.OCI_CONFIG), None, "is not the media type of a manifest"),
        ({"schemaVersion": 1, "fsLayers": []}, None, "schema 1"),
        ({"schemaVersion": 1, "fsLayers": []}, media_types.SCHEMA1_SIGNED, "schema 1"),
    ],
)
def test_an_ambiguous_or_invalid_document_is_refused(value, content_type, problem):
    with pytest.raises(InvalidDocument) as caught:
        parsed(value, content_type)
    assert problem in caught.value.message
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "value",
    [
        index(layers=[]),
        index(config={}),
        index(fsLayers=[]),
        index() | {"manifests": None, "layers": None},
        manifest(manifests=[]),
        manifest(manifests=None),
        without(manifest(manifests=[]), "mediaType"),
    ],
)
@pytest.mark.parametrize("content_type", [None, media_types.OCI_MANIFEST, media_types.OCI_INDEX])
def test_a_document_with_the_members_of_a_manifest_and_of_an_index_is_refused(value, content_type):
    with pytest.raises(InvalidDocument, match="ambiguous"):
        parsed(value, content_type)


@pytest.mark.parametrize(
    "odd", [described("odd", "application/vnd.example+json"), described("odd", ""), described("odd")], ids=str
)
@pytest.mark.usefixtures("host")
def test_entries_of_unknown_types_and_without_a_platform_do_no_harm(odd):
    found = parsed(index(odd, entry("linux/amd64"), odd | {"artifactType": "application/spdx+json"}))
    assert len(found.manifests) == 3
    assert found.select(None).digest == Digest.of(b"linux/amd64")


def test_a_list_that_go_wrote_as_null_is_empty():
    assert parsed(manifest(layers=None)).layers == ()
    assert parsed(index() | {"manifests": None}).manifests == ()


def test_a_web_page_is_no_manifest():
    with pytest.raises(InvalidDocument, match="not valid JSON") as caught:
        parse_manifest(b"<html><body>login</body></html>", "text/html")
    assert "web page" in caught.value.hint


ARMS = [entry("linux/arm/v5"), entry("linux/arm/v7"), entry("linux/arm64/v8")]
UNKNOWN = entry("unknown/unknown", annotations={"vnd.docker.reference.type": "attestation-manifest"})
INNER = described("inner", media_types.OCI_INDEX)


@pytest.mark.parametrize(
    ("entries", "wanted", "chosen"),
    [
        ([entry("linux/arm64"), entry("linux/amd64")], "linux/amd64", "linux/amd64"),
        (ARMS, "linux/arm/v5", "linux/arm/v5"),
        (ARMS, "linux/arm", "linux/arm/v7"),
        (ARMS, "linux/arm64", "linux/arm64/v8"),
        ([entry("linux/amd64/v3"), entry("linux/amd64")], "linux/amd64", "linux/amd64"),
        ([entry("linux/arm/v6")], "linux/arm", "linux/arm/v6"),
        ([UNKNOWN, entry("linux/amd64")], None, "linux/amd64"),
        ([entry("linux/arm64"), entry("linux/amd64"), entry("linux/riscv64")], None, "linux/riscv64"),
        ([entry("linux/arm64"), entry("linux/amd64")], None, "linux/amd64"),
        ([entry("windows/amd64"), entry("linux/s390x")], None, "windows/amd64"),
        ([entry("linux/s390x", "application/unknown"), entry("linux/arm64")], None, "linux/arm64"),
        ([described("bare")], None, "bare"),
        ([entry("linux/amd64"), INNER], "linux/arm64", "inner"),
    ],
)
@pytest.mark.usefixtures("host")
def test_the_entry_for_a_platform_is_chosen(entries, wanted, chosen):
    found = parsed(index(*entries)).select(Platform.parse(wanted) if wanted else None)
    assert found.digest == Digest.of(chosen.encode())


def test_without_the_wanted_platform_the_others_are_offered():
    with pytest.raises(NoMatchingPlatform, match="no manifest for linux/s390x") as caught:
        parsed(index(UNKNOWN, described("bare"), *ARMS)).select(Platform("linux", "s390x"))
    assert caught.value.hint == "its platforms are linux/arm/v5, linux/arm/v7, linux/arm64/v8"


def test_the_offer_of_a_thousand_platforms_stays_readable():
    many = parsed(index(*(entry(f"linux/cpu{number}") for number in range(1000))))
    with pytest.raises(NoMatchingPlatform) as caught:
        many.select(Platform("linux", "amd64"))
    assert caught.value.hint.endswith("and 980 more")


@pytest.mark.parametrize("entries", [[], [UNKNOWN], [described("x", "application/unknown")]])
def test_an_index_without_any_image_says_so(entries):
    with pytest.raises(NoMatchingPlatform, match="has no image"):
        parsed(index(*entries)).select(None)
