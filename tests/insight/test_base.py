"""Promises of the base image: which layers are its layers, and what the two parts of an image add up to."""

import pytest
from hypothesis import given, strategies as st

from layerscope.insight.base import Base, longest_base, named_base, parts, shared_layer_count
from layerscope.oci import Image, parse_manifest
from support.analysis import facts_of
from support.images import build_image
from support.layer_indexes import file

NUMBERS = st.lists(st.integers(0, 2), max_size=4)
NAME, DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"


def image_of(numbers, **more):
    built = build_image([[(f"layer{number}", b"x" * number)] for number in numbers], **more)
    return Image.assemble("app", None, parse_manifest(built.manifest_bytes), built.manifest_bytes, built.config_bytes)


@given(NUMBERS, st.lists(NUMBERS, max_size=4))
def test_the_base_is_the_image_with_most_layers_of_which_all_are_the_lowest_of_the_image(numbers, others):
    bases = [other for other in others if 0 < len(other) < len(numbers) and numbers[: len(other)] == other]
    found = longest_base(image_of(numbers), [(str(other), image_of(other)) for other in others], "cache")
    longest = max(bases, key=len, default=None)
    assert found == (None if longest is None else Base(str(longest), len(longest), "cache"))


@given(NUMBERS, NUMBERS)
def test_a_layer_is_shared_however_it_is_compressed(one, two):
    same = [a == b for a, b in zip(one, two, strict=False)]
    count = same.index(False) if False in same else len(same)
    assert shared_layer_count(image_of(one), image_of(two, compress=lambda tar: tar)) == count


@pytest.mark.parametrize("place", ["annotation", "label"])
def test_the_name_of_the_base_is_that_of_the_annotation_or_of_the_label(place):
    named = {NAME: "debian:12", DIGEST: "sha256:0"}
    more = {"manifest": {"annotations": named}} if place == "annotation" else {"config": {"Labels": named}}
    assert named_base(image_of([0], **more)) == ("debian:12", "sha256:0")
    assert named_base(image_of([0])) == ("", "")


@given(st.integers(0, 3))
def test_the_bytes_of_the_base_and_mine_add_up_to_the_image(count):
    analysis = facts_of([file("a", b"1" * 5), file("b", b"2" * 7)], [file("a", b"3" * 3)], [file("c", b"4")])
    base, mine = parts(analysis, Base("base", count, "cache"))
    assert (base.layer_count, mine.layer_count) == (count, 3 - count)
    assert base.sizes.size + mine.sizes.size == analysis.accounting.image.size == 16
    assert base.compressed_size + mine.compressed_size == sum(one.descriptor.size for one in analysis.image.layers)
