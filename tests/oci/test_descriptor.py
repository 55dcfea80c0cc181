"""Descriptors: one without a valid size and digest is refused."""

import pytest

from layerscope.errors import InvalidDocument
from layerscope.oci import MAX_SIZE, Descriptor, Digest, Platform

DIGEST = Digest.of(b"")


def described(**members):
    return {"mediaType": "text/plain", "digest": str(DIGEST), "size": 0, **members}


def test_a_descriptor_has_all_that_its_document_says():
    descriptor = Descriptor.parse(
        described(
            size=MAX_SIZE,
            annotations={"a": "b"},
            platform={"os": "linux", "architecture": "arm", "variant": "v7", "os.version": "1"},
            artifactType="application/spdx+json",
            urls=["https://storage.example/x"],
        ),
        "it",
    )
    assert descriptor == Descriptor(
        "text/plain",
        DIGEST,
        MAX_SIZE,
        {"a": "b"},
        Platform("linux", "arm", "v7"),
        "application/spdx+json",
        ("https://storage.example/x",),
    )


@pytest.mark.parametrize("size", [-1, 2**63, 1e3, 12.0, "12", True, None, [], {}], ids=repr)
def test_a_size_that_is_no_count_of_bytes_is_refused(size):
    with pytest.raises(InvalidDocument, match=r"^layer 3 has no valid `size`$"):
        Descriptor.parse(described(size=size), "layer 3")


@pytest.mark.parametrize("digest", [None, "", 7, "sha256:../../etc/passwd", "sha256:ab\x1b[m"], ids=repr)
def test_an_invalid_digest_is_refused_in_a_printable_line(digest):
    with pytest.raises(InvalidDocument, match=r"^layer 3 has no valid `digest`: ") as caught:
        Descriptor.parse(described(digest=digest), "layer 3")
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("value", [None, [], "sha256:", 5, True], ids=repr)
def test_only_an_object_is_a_descriptor(value):
    with pytest.raises(InvalidDocument, match=r"^layer 3 is not a descriptor$"):
        Descriptor.parse(value, "layer 3")


@pytest.mark.parametrize("wrong", [None, 5, "x", ["x"], [5], {"x": 5}], ids=repr)
def test_members_that_may_be_missing_may_be_wrong(wrong):
    """Media type, annotations, platform and URLs of a wrong type count as missing; the content can still be read."""
    value = described(mediaType=5, annotations=wrong, platform=wrong, artifactType=5, urls=wrong)
    descriptor = Descriptor.parse(value, "it")
    assert (descriptor.media_type, descriptor.artifact_type, dict(descriptor.annotations)) == ("", "", {})
    assert descriptor.platform in (None, Platform("", ""))
    assert set(descriptor.urls) <= {"x"}


@pytest.mark.parametrize(
    ("members", "is_attestation"),
    [
        ({"platform": {"os": "unknown", "architecture": "unknown"}}, True),
        ({"annotations": {"vnd.docker.reference.type": "attestation-manifest"}}, True),
        ({"platform": {"os": "linux", "architecture": "unknown"}}, False),
        ({"platform": {"os": "linux", "architecture": "amd64"}}, False),
        ({}, False),
    ],
)
def test_an_attestation_is_not_taken_for_an_image(members, is_attestation):
    assert Descriptor.parse(described(**members), "it").is_attestation == is_attestation


def test_descriptors_can_be_keys():
    assert len({Descriptor.parse(described(annotations={"a": "b"}), "it"), Descriptor.parse(described(), "it")}) == 2
