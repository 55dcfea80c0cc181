"""Promises of the difference of two images."""

import pytest
from hypothesis import given, settings

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.comparison import CHANGE_OF
from layerscope.filesystem.stack import Stack
from layerscope.insight.accounting import Accounting
from layerscope.insight.changed_paths import folded_paths, single_paths
from layerscope.insight.file_changes import Equality, FileChanges
from layerscope.insight.image_diff import ImageDiff
from layerscope.insight.layer_diff import is_same_image
from support.image_pairs import analysis_of, diff_of
from support.layer_indexes import index_of
from support.plain_model import applied, differences
from support.random_layers import image_pairs
from support.tars import directory, file, hardlink


@given(image_pairs())
@settings(max_examples=300, deadline=None)
def test_the_paths_that_differ_are_those_of_plain_models_and_their_sizes_add_up_to_the_growth(pair):
    pool, *chosen = pair
    indexes = [index_of(layer) for layer in pool]
    one, other = Stack.merge([[indexes[number] for number in numbers] for numbers in chosen])
    models = [applied([pool[number] for number in numbers]) for numbers in chosen]
    files = FileChanges.of(one.final.compare(other.final))
    found = {one.nodes.path(row.node).decode(): without_links(row) for row in files.each() if row.node}
    assert {path: why for path, why in found.items() if why[0] != Change.UNMODIFIED} == differences(*models)
    growth = sum(row.growth for row in files.each())
    assert growth == models[1].live_size() - models[0].live_size()
    assert growth == Accounting.of(other).image.live_size - Accounting.of(one).image.live_size
    assert sum(row.growth for row in single_paths(files)) == sum(row.growth for row in files.each())
    assert sum(row.growth for row in folded_paths(files)) == growth


def without_links(row):
    """The change and its reasons as between layers, which do not count the paths of a hardlink."""
    if not row.reasons & Reason.HARDLINK:
        return row.change, row.reasons
    reasons = row.reasons & ~Reason.HARDLINK
    return Change(CHANGE_OF[reasons]), reasons


BASE = [("base", b"1" * 100)]


def test_the_deltas_are_the_second_image_minus_the_first():
    diff = diff_of([BASE, [("a", b"12")]], [BASE, [("a", b"12345")], [("base", b"")]])
    assert (diff.size_delta, diff.wasted_delta) == (5 - 2 - 100, 100)
    assert diff.compressed_size_delta == diff.after.image.compressed_size - diff.before.image.compressed_size


def test_two_builds_of_the_same_files_at_different_times_are_equal():
    one, other = ([[directory("d", mtime=time), file("d/f", b"1", mtime=time)]] for time in (1, 2))
    diff = ImageDiff.of(analysis_of(one, created="2024-01-01T00:00:00Z"), analysis_of(other, created="2025"))
    assert diff.equality is Equality.EQUAL
    assert diff.files.count(Change.TOUCHED) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([BASE], [[("base", b"2" * 100)]]),
        ([BASE], [[*BASE, ("new", b"")]]),
        ([[*BASE, directory("empty")]], [BASE]),
        ([[file("f", mode=0o600)]], [[file("f", mode=0o644)]]),
        ([[file("a", b"1"), file("b", b"1")]], [[file("a", b"1"), hardlink("b", "a")]]),
    ],
)
def test_a_difference_of_the_file_systems_is_a_difference_of_the_images(one, other):
    assert diff_of(one, other).equality is Equality.DIFFERENT
    assert diff_of(other, one).equality is Equality.DIFFERENT


def test_the_same_files_in_other_layers_are_an_equal_image():
    assert diff_of([[("a", b"1"), ("b", b"2")]], [[("a", b"1")], [("b", b"2")]]).equality is Equality.EQUAL


def test_another_config_is_another_image():
    one, other = (analysis_of([BASE], config={"User": user}) for user in ("root", "app"))
    assert ImageDiff.of(one, other).equality is Equality.DIFFERENT


def test_what_was_not_read_is_neither_equal_nor_different():
    whole = analysis_of([BASE])
    part = type(whole).of(whole.image, [None])
    assert ImageDiff.of(part, part).equality is Equality.UNKNOWN
    assert ImageDiff.of(part, whole).equality is Equality.UNKNOWN
    other = type(whole).of(analysis_of([BASE], config={"User": "app"}).image, [None])
    assert ImageDiff.of(other, whole).equality is Equality.DIFFERENT


def test_one_manifest_is_one_image_unless_one_of_them_is_an_earlier_layer():
    image = analysis_of([BASE, [("a", b"1")]]).image
    assert is_same_image(image, image)
    assert not is_same_image(image, image.up_to(0))


def test_a_shared_path_of_a_hardlink_is_listed_if_only_one_image_has_the_link():
    (row,) = diff_of([[file("a", b"123"), file("b", b"123")]], [[file("a", b"123"), hardlink("b", "a")]]).files.each()
    assert (row.change, row.reasons, row.growth) == (Change.MODIFIED, Reason.HARDLINK, -3)
