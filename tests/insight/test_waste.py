from hypothesis import given, settings

from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.insight.accounting import Accounting
from layerscope.insight.waste import wasted_files, wasted_paths
from support.layer_indexes import directory, file, index_of, opaque, whiteout
from support.random_layers import images


def account_of(*layers):
    return Accounting.of(Stack.of([index_of(layer) for layer in layers]))


def summary(account, found):
    path = account.stack.nodes.path
    return [
        (path(waste.node).decode(), waste.file_count, waste.size, waste.layer, waste.killer, waste.fate)
        for waste in found
    ]


@given(images)
@settings(max_examples=200, deadline=None)
def test_folded_or_not_the_list_holds_every_dead_byte_once(layers):
    account = account_of(*layers)
    for found in (wasted_paths(account), wasted_files(account)):
        assert sum(waste.size for waste in found) == account.image.wasted_size
        numbers = [number for waste in found for number in waste.payload_numbers]
        assert len(numbers) == len(set(numbers)) == int(account.payloads.dead.sum())


@given(images)
@settings(max_examples=200, deadline=None)
def test_a_folded_file_lies_below_the_directory_that_stands_for_it(layers):
    account = account_of(*layers)
    nodes = account.stack.nodes
    for waste in wasted_paths(account):
        for number in waste.payload_numbers:
            assert waste.node <= account.payloads.nodes[number] < nodes.ends[waste.node]


def test_a_directory_removed_whole_stands_for_its_files():
    account = account_of([file("cache/a", b"1"), file("cache/b/c", b"22"), file("keep")], [whiteout("cache")])
    assert summary(account, wasted_paths(account)) == [("cache", 2, 3, 0, 1, Fate.DELETED)]


def test_a_directory_emptied_file_by_file_is_folded_too():
    account = account_of([file("lists/a", b"1"), file("lists/b", b"2")], [whiteout("lists/a"), whiteout("lists/b")])
    assert summary(account, wasted_paths(account)) == [("lists", 2, 2, 0, 1, Fate.DELETED)]


def test_an_emptied_directory_is_named_and_not_the_one_above_that_holds_nothing_else():
    lists = [file("var/lib/apt/lists/a", b"1"), file("var/lib/apt/lists/auxfiles/b", b"22")]
    emptied = [whiteout("var/lib/apt/lists/a"), whiteout("var/lib/apt/lists/auxfiles")]
    account = account_of(lists, emptied)
    assert summary(account, wasted_paths(account)) == [("var/lib/apt/lists", 2, 3, 0, 1, Fate.DELETED)]


def test_a_removed_directory_is_named_and_not_the_one_above_that_held_nothing_else():
    account = account_of(
        [file("var/lib/apt/lists/a", b"1"), file("var/lib/apt/lists/b", b"2")], [whiteout("var/lib/apt/lists")]
    )
    assert [row[0] for row in summary(account, wasted_paths(account))] == ["var/lib/apt/lists"]


def test_files_removed_from_two_directories_are_two_lines_if_their_parent_stays():
    account = account_of(
        [
            file("var/lists/x/a", b"1"),
            file("var/lists/x/b", b"1"),
            file("var/cache/c", b"22"),
            file("var/cache/d", b"2"),
        ],
        [whiteout("var/lists/x"), whiteout("var/cache/c"), whiteout("var/cache/d")],
    )
    assert [row[0] for row in summary(account, wasted_paths(account))] == ["var/cache", "var/lists/x"]


def test_a_directory_that_keeps_a_file_is_not_folded():
    account = account_of([file("d/a", b"1"), file("d/b", b"22")], [whiteout("d/a")])
    assert summary(account, wasted_paths(account)) == [("d/a", 1, 1, 0, 1, Fate.DELETED)]


def test_an_opaque_directory_is_folded_even_if_it_is_filled_again():
    account = account_of([file("d/a", b"1"), file("d/b", b"22")], [directory("d"), opaque("d"), file("d/n", b"new")])
    assert summary(account, wasted_paths(account)) == [("d", 2, 3, 0, 1, Fate.DELETED)]


def test_files_of_several_layers_in_one_removed_directory_are_listed_by_layer():
    account = account_of([file("d/a", b"1")], [file("d/b", b"22")], [whiteout("d")])
    assert summary(account, wasted_paths(account)) == [
        ("d/b", 1, 2, 1, 2, Fate.DELETED),
        ("d/a", 1, 1, 0, 2, Fate.DELETED),
    ]


def test_a_chmod_of_a_whole_directory_is_one_line_marked_metadata_only():
    account = account_of(
        [file("app/a", b"1"), file("app/b", b"22"), file("x")],
        [file("app/a", b"1", mode=0o7), file("app/b", b"22", mode=0o7)],
    )
    found = wasted_paths(account)
    assert summary(account, found) == [("app", 2, 3, 0, 1, Fate.OVERWRITTEN)]
    assert found[0].metadata_only
