"""The Dockerfile in the provenance of an image."""

import pytest
from hypothesis import given, strategies as st

from layerscope.blobs.provenance import source_of
from layerscope.oci import Digest
from support.provenance import SOURCE, built_image, statement

IMAGE = built_image()
LAYERS = [Digest.parse(layer["digest"]) for layer in IMAGE.manifest["layers"]]


@pytest.mark.parametrize("version", ["v0.2", "v1"])
def test_the_dockerfile_is_found_with_the_layer_that_each_line_made(version):
    source = source_of(statement(IMAGE, version=version), LAYERS)
    assert (source.name, source.data) == ("Dockerfile", SOURCE.encode())
    assert source.layers == {3: 0, 5: 1}


def test_a_layer_that_the_image_does_not_have_is_no_layer_of_it():
    assert source_of(statement(built_image(os="plan9")), LAYERS[::-1]).layers == {}


def test_provenance_without_a_dockerfile_has_none():
    assert source_of({"predicate": {"metadata": {}}}, LAYERS) is None


def _members(value):
    """Every place in a JSON value, as the keys that lead there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (key,)
        yield from ((key, *rest) for rest in _members(inner))


@given(
    st.sampled_from(list(_members(statement(IMAGE)))),
    st.sampled_from([None, 1, "x", [], [[]], [1], {}, {"data": 1}, True]),
)
def test_a_member_of_a_wrong_type_is_no_error(place, value):
    broken = statement(IMAGE)
    parent = broken
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    source_of(broken, LAYERS)
