"""Media types: the Accept header for manifests, and which layers are changesets."""

import pytest

from layerscope.oci import media_types


def test_one_accept_header_asks_for_every_kind_of_manifest_and_prefers_the_current_ones():
    asked = [item.partition(";")[::2] for item in media_types.ACCEPT_MANIFESTS.split(", ")]
    wanted = media_types.MANIFESTS | media_types.INDEXES
    assert {name for name, quality in asked if not quality} == wanted
    assert {name for name, quality in asked if quality} == media_types.LEGACY


@pytest.mark.parametrize(
    ("content_type", "media_type"),
    [
        (media_types.DOCKER_MANIFEST, media_types.DOCKER_MANIFEST),
        (f"{media_types.DOCKER_MANIFEST}; charset=utf-8", media_types.DOCKER_MANIFEST),
        (media_types.OCI_INDEX.upper(), media_types.OCI_INDEX),
        (f" {media_types.SCHEMA1_SIGNED} ;q=1", media_types.SCHEMA1_SIGNED),
        (None, None),
        ("", None),
        (";", None),
        ("text/plain", None),
        ("application/json", None),
        ("application/octet-stream", None),
    ],
)
def test_a_content_type_counts_without_parameters_and_only_if_it_names_a_manifest(content_type, media_type):
    assert media_types.without_parameters(content_type) == media_type


@pytest.mark.parametrize(
    ("media_type", "is_layer", "is_encrypted", "is_foreign"),
    [
        (media_types.OCI_LAYER, True, False, False),
        (media_types.OCI_LAYER_GZIP, True, False, False),
        (media_types.OCI_LAYER_ZSTD, True, False, False),
        (media_types.DOCKER_LAYER, True, False, False),
        (media_types.DOCKER_LAYER_GZIP, True, False, False),
        (f"{media_types.DOCKER_LAYER}.zstd", True, False, False),
        (f"{media_types.OCI_LAYER_GZIP}+encrypted", True, True, False),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", True, False, True),
        (media_types.DOCKER_FOREIGN_LAYER_GZIP, True, False, True),
        ("application/vnd.cncf.helm.chart.content.v1.tar+gzip", False, False, False),
        ("application/vnd.wasm.content.layer.v1+wasm", False, False, False),
        ("application/spdx+json", False, False, False),
        (media_types.OCI_EMPTY, False, False, False),
        ("", False, False, False),
    ],
)
def test_the_media_type_decides_what_a_layer_is(media_type, is_layer, is_encrypted, is_foreign):
    assert media_types.is_layer(media_type) == is_layer
    assert media_types.is_encrypted(media_type) == is_encrypted
    assert media_types.is_foreign(media_type) == is_foreign
