"""Promises of the versions of an image."""

import numpy as np
import pytest
from hypothesis import given, settings

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.stack import Stack
from layerscope.layers.layer_index import EntryType
from support.layer_indexes import directory, file, hardlink, index_of, opaque, symlink, whiteout
from support.plain_model import PlainFileSystem
from support.random_layers import images


def stack_of(*layers):
    return Stack.of([index_of(layer) for layer in layers])


def listing(stack, layer=None):
    versions = stack.snapshot(stack.last if layer is None else layer).versions
    found = {}
    for node, version in enumerate(versions.tolist()):
        if version >= 0 and node:
            row = int(stack.versions.inodes[version])
            found[stack.nodes.path(node).decode()] = (
                EntryType(stack.entries.columns.types[row]),
                int(stack.content_sizes[version]),
            )
    return found


def modes(stack, layer):
    columns = stack.entries.columns.modes
    return {
        stack.nodes.path(node).decode(): int(columns[stack.versions.inodes[version]])
        for node, version in enumerate(stack.snapshot(layer).versions.tolist())
        if version >= 0
    }


def changes(stack, before, after):
    comparison = stack.snapshot(before).compare(stack.snapshot(after))
    return {
        stack.nodes.path(node).decode(): (Change(comparison.changes[node]), Reason(int(comparison.reasons[node])))
        for node in range(1, stack.nodes.count)
        if comparison.changes[node] not in {Change.ABSENT, Change.UNMODIFIED}
    }


@given(images)
@settings(max_examples=400, deadline=None)
def test_every_snapshot_is_what_applying_the_layers_one_by_one_gives(layers):
    stack = stack_of(*layers)
    model = PlainFileSystem()
    for number, entries in enumerate(layers):
        model.apply(number, entries)
        expected = {path: (type_, size) for path, (type_, size, _) in model.listing().items()}
        assert listing(stack, number) == expected
        assert modes(stack, number) == {path: inode.attributes["mode"] for path, inode in model.paths.items()}


@given(images)
@settings(max_examples=100, deadline=None)
def test_a_version_is_alive_in_exactly_the_layers_of_its_life(layers):
    stack = stack_of(*layers)
    for number in range(stack.layer_count):
        alive = set(stack.snapshot(number).versions.tolist()) - {-1}
        by_life = np.flatnonzero((stack.versions.born <= number) & (number < stack.versions.died))
        assert alive == set(by_life.tolist())


@given(images)
@settings(max_examples=100, deadline=None)
def test_the_total_of_a_directory_is_the_sum_over_what_lies_below_it(layers):
    stack = stack_of(*layers)
    if not stack.layer_count:
        return
    own, totals = stack.final.own_sizes, stack.final.total_sizes
    for node in range(stack.nodes.count):
        path = stack.nodes.path(node)
        below = [
            n for n in range(stack.nodes.count) if not node or n == node or stack.nodes.path(n).startswith(path + b"/")
        ]
        assert totals[node] == sum(int(own[n]) for n in below)


def test_a_whiteout_removes_a_file_and_never_the_file_of_its_own_layer():
    for second in ([whiteout("a/f"), file("a/f", b"new")], [file("a/f", b"new"), whiteout("a/f")]):
        stack = stack_of([file("a/f", b"old")], second)
        assert listing(stack)["a/f"] == (EntryType.REGULAR, 3)
        assert changes(stack, 0, 1) == {"a/f": (Change.MODIFIED, Reason.CONTENT)}


def test_an_opaque_directory_loses_what_lower_layers_had_and_keeps_its_own():
    stack = stack_of([file("a/old"), file("a/b/deep")], [file("a/new"), opaque("a")])
    assert set(listing(stack)) == {"a", "a/new"}


def test_a_dangling_whiteout_removes_nothing_and_is_counted():
    stack = stack_of([file("a")], [whiteout("nothing"), whiteout("x/y")])
    assert set(listing(stack)) == {"a"}
    assert stack.dangling_counts == (0, 2)


def test_a_directory_over_a_directory_changes_its_attributes_and_keeps_what_it_holds():
    stack = stack_of([directory("a"), file("a/f")], [directory("a", 0o700)])
    assert set(listing(stack)) == {"a", "a/f"}
    assert changes(stack, 0, 1) == {"a": (Change.MODIFIED, Reason.MODE)}


def test_a_file_over_a_directory_removes_the_subtree():
    stack = stack_of([file("a/b/f", b"1234")], [file("a", b"12")])
    assert listing(stack) == {"a": (EntryType.REGULAR, 2)}
    assert changes(stack, 0, 1)["a"] == (Change.MODIFIED, Reason.TYPE)
    assert changes(stack, 0, 1)["a/b/f"][0] == Change.REMOVED


def test_a_path_below_a_symlink_is_taken_literally():
    stack = stack_of([directory("b"), symlink("ln", "b")], [file("ln/x")])
    assert listing(stack)["ln"][0] == EntryType.DIRECTORY
    assert set(listing(stack)) == {"b", "ln", "ln/x"}


def test_hardlinks_share_their_content_and_count_once():
    stack = stack_of([file("d/one", b"12345"), hardlink("e/two", "d/one")])
    assert listing(stack)["e/two"] == (EntryType.REGULAR, 5)
    assert stack.final.total_sizes[0] == 5


def test_a_hardlink_to_a_lower_layer_has_its_content():
    stack = stack_of([file("one", b"12345")], [hardlink("two", "one")], [whiteout("one")])
    assert listing(stack) == {"two": (EntryType.REGULAR, 5)}


@pytest.mark.parametrize("target", ["missing", "later", "self", "dir"])
def test_a_hardlink_to_nothing_is_broken_and_the_image_still_opens(target):
    entries = [directory("dir"), hardlink("self" if target == "self" else "h", target), file("later", b"1")]
    stack = stack_of(entries)
    assert listing(stack)["self" if target == "self" else "h"] == (EntryType.HARDLINK, 0)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (file("f", b"yy", mtime=1), Reason.CONTENT | Reason.MTIME),
        (file("f", b"xx", mode=0o600), Reason.MODE),
        (file("f", b"xx", uid=1), Reason.OWNER),
        (file("f", b"xx", xattrs={"user.a": b"1"}), Reason.XATTR),
        (symlink("f", "x"), Reason.TYPE),
    ],
)
def test_a_modified_path_says_why(changed, reason):
    stack = stack_of([file("f", b"xx")], [changed])
    assert changes(stack, 0, 1) == {"f": (Change.MODIFIED, reason)}


def test_a_new_modification_time_alone_is_touched_not_modified():
    stack = stack_of([file("f", b"xx")], [file("f", b"xx", mtime=5)])
    assert changes(stack, 0, 1) == {"f": (Change.TOUCHED, Reason.MTIME)}


def test_a_range_shows_the_change_from_its_start_to_its_end():
    stack = stack_of(
        [file("a", b"1"), file("gone")],
        [file("a", b"2"), file("brief")],
        [file("a", b"1"), whiteout("gone"), whiteout("brief")],
    )
    assert changes(stack, 0, 2) == {"gone": (Change.REMOVED, Reason(0))}


def test_a_layer_that_is_not_there_yet_counts_as_empty():
    stack = Stack.of([None, index_of([file("a")]), None])
    assert set(listing(stack)) == {"a"}


def test_an_image_without_layers_is_an_empty_stack():
    stack = Stack.of([])
    assert stack.nodes.count == 1
    assert stack.final.versions.tolist() == [-1]


def test_names_that_differ_only_in_case_or_composition_stay_apart():
    stack = stack_of([file("Foo"), file("foo"), file("\u00e9"), file("e\u0301")])
    assert len(listing(stack)) == 4


def test_a_path_is_found_by_its_name_with_or_without_slashes():
    stack = stack_of([file("usr/bin/java"), file("usr/bin-x"), file("usr/bin.d/y")])
    for node in range(stack.nodes.count):
        assert stack.nodes.find(b"/" + stack.nodes.path(node) + b"/") == node
    assert stack.nodes.find(b"usr/bi") is None


def test_a_directory_that_a_file_replaced_in_between_is_a_new_one():
    lower = [directory("a", 0o700), file("a/old")]
    stack = stack_of(lower, [file("a"), file("a/new")])
    assert changes(stack, 0, 1) == {
        "a": (Change.MODIFIED, Reason.MODE),
        "a/old": (Change.REMOVED, Reason(0)),
        "a/new": (Change.ADDED, Reason(0)),
    }
