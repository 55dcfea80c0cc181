"""Promises of two images as one stack."""

import numpy as np
from hypothesis import given, settings

from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.layer_numbers import END, END_OF_BASE, NOTHING, is_of_base, of_base, own_number
from layerscope.filesystem.pair_stack import PairStack
from layerscope.filesystem.query import Query
from layerscope.filesystem.stack import Stack
from support.layer_indexes import file, index_of
from support.package_files import dpkg_files
from support.random_layers import image_pairs


def joined(pair):
    pool, *chosen = pair
    indexes = [index_of(layer) for layer in pool]
    before, after = Stack.merge([[indexes[number] for number in numbers] for numbers in chosen])
    return PairStack.of(before, after)


def rows_of(snapshot):
    """The row of every node; -1 if the path does not exist."""
    versions = snapshot.versions
    return np.where(versions >= 0, np.append(snapshot.stack.versions.inodes, -1)[versions], -1).tolist()


@given(image_pairs())
@settings(max_examples=100, deadline=None)
def test_every_snapshot_of_either_image_is_a_snapshot_of_the_pair(pair):
    stack = joined(pair)
    places = [
        *((stack.before, layer, of_base(layer)) for layer in range(NOTHING, stack.before.layer_count)),
        *((stack.after, layer, layer) for layer in range(NOTHING, stack.after.layer_count)),
        (stack.before, stack.before.last, END_OF_BASE),
        (stack.after, stack.after.last, END),
    ]
    for image, layer, number in places:
        one, other = image.snapshot(layer), stack.snapshot(number)
        assert rows_of(one) == rows_of(other)
        assert one.own_sizes.tolist() == other.own_sizes.tolist()


@given(image_pairs())
@settings(max_examples=100, deadline=None)
def test_the_images_differ_in_the_pair_as_they_differ_by_themselves(pair):
    stack = joined(pair)
    alone = stack.before.final.compare(stack.after.final)
    found = stack.snapshot(END_OF_BASE).compare(stack.snapshot(END))
    assert found.changes.tolist() == alone.changes.tolist()
    assert found.reasons.tolist() == alone.reasons.tolist()


@given(image_pairs())
@settings(max_examples=50, deadline=None)
def test_queries_about_the_layers_of_an_image_have_the_answers_that_they_have_without_its_base(pair):
    stack = joined(pair)
    table, alone = FileTable(stack), FileTable(stack.after)
    is_own = stack.versions.born >= 0
    for column in ("changes", "reasons", "is_removed", "is_duplicate", "sizes"):
        assert getattr(table, column)[is_own].tolist() == getattr(alone, column).tolist()


def test_a_package_has_its_files_in_both_images():
    layers = [
        [file("usr/a", b"1"), *dpkg_files(("a", "1", ["/usr/a"]))],
        [file("usr/a", b"2"), file("usr/b"), *dpkg_files(("b", "1", ["/usr/b"]), ("a", "2", ["/usr/a"]))],
    ]
    stack = PairStack.of(*Stack.merge([[index_of(layer)] for layer in layers]))
    owned = Query.parse("pkg:a").matches(FileTable(stack))
    assert [stack.nodes.path(node) for node in stack.versions.nodes[owned]] == [b"usr/a"] * 2
    assert [stack.owner_of(version).version for version in np.flatnonzero(owned)] == ["1", "2"]


def test_a_file_that_both_images_have_is_no_hardlink_of_itself_and_no_duplicate():
    index, again = index_of([file("a", b"123")]), index_of([file("a", b"123", mtime=5)])
    stack = PairStack.of(*Stack.merge([[index], [index, again]]))
    assert not stack.is_linked.any()
    assert not FileTable(stack).is_duplicate.any()


def test_numbers_of_layers_of_the_base_are_apart_from_those_of_the_image():
    assert [own_number(of_base(layer)) for layer in (NOTHING, 0, 4095)] == [NOTHING, 0, 4095]
    assert all(is_of_base(of_base(layer)) for layer in (NOTHING, 0, 4095))
    assert not any(map(is_of_base, (NOTHING, 0, END)))
    assert of_base(4095) < END_OF_BASE < NOTHING < 4095 < END
