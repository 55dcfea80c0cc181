"""Promises of the layers of two images, and of what is left to pull."""

from hypothesis import given, strategies as st

from layerscope.insight.layer_diff import LayerSets
from layerscope.oci import Image, parse_manifest
from support.image_pairs import analysis_of
from support.images import build_image

NUMBERS = st.lists(st.integers(0, 4), max_size=6)


def image_of(numbers, **more):
    built = build_image([[(f"layer{number}", b"x" * number)] for number in numbers], **more)
    return Image.assemble("app", None, parse_manifest(built.manifest_bytes), built.manifest_bytes, built.config_bytes)


@given(NUMBERS, NUMBERS)
def test_the_pull_size_is_the_sum_of_the_blobs_that_the_first_image_lacks(before, after):
    one, other = image_of(before), image_of(after)
    known = {layer.descriptor.digest for layer in one.layers}
    blobs = {layer.descriptor.digest: layer.descriptor.size for layer in other.layers}
    sets = LayerSets.of(one, other)
    assert sets.pull_size == sum(size for digest, size in blobs.items() if digest not in known)
    assert len(sets.shared) + len(sets.removed) == len(before)
    assert len(sets.shared) + len(sets.added) == len(after)
    assert all(pair.before.descriptor == pair.after.descriptor for pair in sets.shared)


@given(NUMBERS)
def test_a_layer_that_is_compressed_in_another_way_is_shared(numbers):
    sets = LayerSets.of(image_of(numbers), image_of(numbers, compress=lambda tar: tar))
    assert (len(sets.shared), sets.removed, sets.added, sets.pull_size) == (len(numbers), (), (), 0)


def test_an_image_after_one_of_its_layers_has_the_layers_up_to_it_and_their_steps():
    image = analysis_of([[("a", b"1")], [("b", b"2")], [("c", b"3")]]).image
    part = image.up_to(1)
    assert [layer.number for layer in part.layers] == [0, 1]
    assert [step.layer for step in part.history] == [0, 1]
    assert part.compressed_size == sum(layer.descriptor.size for layer in image.layers[:2])
