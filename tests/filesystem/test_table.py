import numpy as np
import pytest
from hypothesis import given, settings

from layerscope.filesystem.comparison import Change, Reason
from layerscope.filesystem.table import FileTable
from layerscope.layers.layer_index import EntryType
from support.layer_indexes import directory, file, hardlink, index_of, opaque, symlink, whiteout
from support.plain_model import PlainFileSystem
from support.random_layers import images


def table_of(*layers):
    return FileTable.merge([index_of(layer) for layer in layers])


def listing(table, layer=None):
    snapshot = table.snapshot(table.last if layer is None else layer)
    found = {}
    for node, version in enumerate(snapshot.tolist()):
        if version >= 0 and node:
            row = int(table.versions.inodes[version])
            found[table.nodes.path(node).decode()] = (
                EntryType(table.entries.types[row]),
                int(table.content_sizes[version]),
            )
    return found


def changes(table, before, after):
    comparison = table.compare(before, after)
    return {
        table.nodes.path(node).decode(): (Change(comparison.changes[node]), Reason(int(comparison.reasons[node])))
        for node in range(1, table.nodes.count)
        if comparison.changes[node] not in {Change.ABSENT, Change.UNMODIFIED}
    }


@given(images)
@settings(max_examples=400, deadline=None)
def test_every_snapshot_is_the_result_of_applying_the_layers_one_by_one(layers):
    table = table_of(*layers)
    model = PlainFileSystem()
    for number, entries in enumerate(layers):
        model.apply(number, entries)
        expected = {path: (type_, size) for path, (type_, size, _) in model.listing().items()}
        assert listing(table, number) == expected


@given(images)
@settings(max_examples=100, deadline=None)
def test_a_version_is_alive_in_exactly_the_layers_of_its_life(layers):
    table = table_of(*layers)
    for number in range(table.layer_count):
        alive = set(table.snapshot(number).tolist()) - {-1}
        by_life = np.flatnonzero((table.versions.born <= number) & (number < table.versions.died))
        assert alive == set(by_life.tolist())


@given(images)
@settings(max_examples=100, deadline=None)
def test_the_total_of_a_directory_is_the_sum_over_what_lies_below_it(layers):
    table = table_of(*layers)
    if not table.layer_count:
        return
    shown = table.snapshot(table.last)
    own, totals = table.own_sizes(shown), table.total_sizes(shown)
    for node in range(table.nodes.count):
        path = table.nodes.path(node)
        below = [
            n for n in range(table.nodes.count) if not node or n == node or table.nodes.path(n).startswith(path + b"/")
        ]
        assert totals[node] == sum(int(own[n]) for n in below)


def test_a_whiteout_removes_a_file_and_never_the_file_of_its_own_layer():
    for second in ([whiteout("a/f"), file("a/f", b"new")], [file("a/f", b"new"), whiteout("a/f")]):
        table = table_of([file("a/f", b"old")], second)
        assert listing(table)["a/f"] == (EntryType.REGULAR, 3)
        assert changes(table, 0, 1) == {"a/f": (Change.MODIFIED, Reason.CONTENT)}


def test_an_opaque_directory_loses_what_lower_layers_had_and_keeps_its_own():
    table = table_of([file("a/old"), file("a/b/deep")], [file("a/new"), opaque("a")])
    assert set(listing(table)) == {"a", "a/new"}


def test_a_dangling_whiteout_removes_nothing_and_is_counted():
    table = table_of([file("a")], [whiteout("nothing"), whiteout("x/y")])
    assert set(listing(table)) == {"a"}
    assert table.dangling_counts == (0, 2)


def test_a_directory_over_a_directory_changes_its_attributes_and_keeps_what_it_holds():
    table = table_of([directory("a"), file("a/f")], [directory("a", 0o700)])
    assert set(listing(table)) == {"a", "a/f"}
    assert changes(table, 0, 1) == {"a": (Change.MODIFIED, Reason.MODE)}


def test_a_file_over_a_directory_removes_the_subtree():
    table = table_of([file("a/b/f", b"1234")], [file("a", b"12")])
    assert listing(table) == {"a": (EntryType.REGULAR, 2)}
    assert changes(table, 0, 1)["a"] == (Change.MODIFIED, Reason.TYPE)
    assert changes(table, 0, 1)["a/b/f"][0] == Change.REMOVED


def test_a_path_below_a_symlink_is_taken_literally():
    table = table_of([directory("b"), symlink("ln", "b")], [file("ln/x")])
    assert listing(table)["ln"][0] == EntryType.DIRECTORY
    assert set(listing(table)) == {"b", "ln", "ln/x"}


def test_hardlinks_share_their_content_and_count_once():
    table = table_of([file("d/one", b"12345"), hardlink("e/two", "d/one")])
    shown = table.snapshot(0)
    assert listing(table)["e/two"] == (EntryType.REGULAR, 5)
    assert table.total_sizes(shown)[0] == 5


def test_a_hardlink_to_a_lower_layer_has_its_content():
    table = table_of([file("one", b"12345")], [hardlink("two", "one")], [whiteout("one")])
    assert listing(table) == {"two": (EntryType.REGULAR, 5)}


@pytest.mark.parametrize("target", ["missing", "later", "self", "dir"])
def test_a_hardlink_to_nothing_is_broken_and_the_image_still_opens(target):
    entries = [directory("dir"), hardlink("self" if target == "self" else "h", target), file("later", b"1")]
    table = table_of(entries)
    assert listing(table)["self" if target == "self" else "h"] == (EntryType.HARDLINK, 0)


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
def test_a_modified_path_has_its_reasons(changed, reason):
    table = table_of([file("f", b"xx")], [changed])
    assert changes(table, 0, 1) == {"f": (Change.MODIFIED, reason)}


def test_a_new_modification_time_alone_is_touched_not_modified():
    table = table_of([file("f", b"xx")], [file("f", b"xx", mtime=5)])
    assert changes(table, 0, 1) == {"f": (Change.TOUCHED, Reason.MTIME)}


def test_a_range_shows_the_change_from_its_start_to_its_end():
    table = table_of(
        [file("a", b"1"), file("gone")],
        [file("a", b"2"), file("brief")],
        [file("a", b"1"), whiteout("gone"), whiteout("brief")],
    )
    assert changes(table, 0, 2) == {"gone": (Change.REMOVED, Reason(0))}


def test_a_layer_that_is_not_there_yet_counts_as_empty():
    table = FileTable.merge([None, index_of([file("a")]), None])
    assert set(listing(table)) == {"a"}


def test_an_image_without_layers_is_an_empty_table():
    table = FileTable.merge([])
    assert table.nodes.count == 1
    assert table.snapshot(table.last).tolist() == [-1]


def test_names_that_differ_only_in_case_or_composition_stay_apart():
    table = table_of([file("Foo"), file("foo"), file("\u00e9"), file("e\u0301")])
    assert len(listing(table)) == 4


def test_a_path_is_found_by_its_name_with_or_without_slashes():
    table = table_of([file("usr/bin/java"), file("usr/bin-x"), file("usr/bin.d/y")])
    for node in range(table.nodes.count):
        assert table.nodes.find(b"/" + table.nodes.path(node) + b"/") == node
    assert table.nodes.find(b"usr/bi") is None
