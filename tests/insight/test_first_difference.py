"""Promises of the first layer that differs."""

from layerscope.insight.image_diff import ImageDiff
from support.image_pairs import analysis_of
from support.tars import directory, file

BASE = [("base", b"1")]


def first(before, after, commands=("FROM base", "COPY . /app"), other_commands=None):
    images = [
        analysis_of(layers, history=[{"created_by": command} for command in chosen])
        for layers, chosen in ((before, commands), (after, other_commands or commands))
    ]
    return ImageDiff.of(*images).first_difference


def app(mtime, build, *more):
    return [
        directory("app", mtime=mtime),
        file("app/a", b"a", mtime=mtime),
        file("app/build", build, mtime=mtime),
        *more,
    ]


def test_the_entries_of_both_layers_are_compared_and_counted():
    more = [file(".wh.base"), file("app/new")]
    found = first([BASE, app(1, b"1")], [BASE, app(2, b"2", *more)])
    assert (found.layer, found.has_same_instruction, found.is_known) == (1, True, True)
    assert (found.time_only_count, found.content_count, found.attribute_count) == (2, 1, 0)
    assert (found.added_count, found.removed_count) == (2, 0)
    assert found.paths == (b"app/build", b"app/new", b".wh.base")


def test_paths_that_differ_in_content_are_named_first_and_those_that_differ_in_attributes_last():
    before = [file("a", b"1", mode=0o600), file("z", b"1")]
    after = [file("a", b"1", mode=0o644), file("new"), file("z", b"2")]
    assert first([BASE, before], [BASE, after]).paths == (b"z", b"new", b"a")


def test_images_that_share_all_layers_of_one_of_them_have_no_difference():
    assert first([BASE], [BASE, app(1, b"1")]) is None


def test_an_instruction_is_the_same_if_only_the_digest_of_the_copied_files_differs():
    old, new = (f"/bin/sh -c #(nop) COPY dir:{digit * 64} in /app " for digit in "12")
    assert first([BASE, app(1, b"1")], [BASE, app(1, b"2")], ("FROM", old), ("FROM", new)).has_same_instruction


def test_another_instruction_is_another_one():
    assert not first(
        [BASE, app(1, b"1")], [BASE, app(1, b"2")], ("FROM", "RUN a"), ("FROM", "RUN b")
    ).has_same_instruction


def test_a_layer_without_a_recorded_instruction_has_none_in_common():
    assert not first([BASE], [[("base", b"2")]], ("",)).has_same_instruction
