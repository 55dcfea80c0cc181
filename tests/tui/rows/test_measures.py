"""What the size column measures."""

import numpy as np
import pytest

from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.stack import Stack
from layerscope.tui.rows.compared_tree import ComparedTree, Snapshots
from layerscope.tui.rows.found import Found
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.state.query_text import QueryText
from layerscope.tui.state.scope import Scope
from layerscope.tui.state.view_state import Kind, Sort, ViewState
from support.layer_indexes import directory, file, index_of, whiteout

BASE = [
    directory("share"),
    directory("share/doc"),
    file("share/doc/old", b"o" * 800),
    file("share/kept", b"k" * 50),
    directory("cache"),
    file("cache/list", b"l" * 300),
]
REMOVES = [whiteout("share/doc"), directory("cache", 0o700), whiteout("cache/list")]
LATER = [file("new", b"n" * 7)]


def tree_of(*layers, layer, **look):
    stack = Stack.of([index_of(entries) for entries in layers])
    whole = look.pop("whole", False)
    state = ViewState(layer=layer, whole=whole, **look)
    return TreeView.of(ComparedTree.of(Snapshots(stack), Scope.of(layer, None, whole=whole)), state)


def sizes_of(tree):
    nodes = tree.compared.stack.nodes
    return {nodes.path(node).decode(): int(tree.sizes[node]) for node in np.flatnonzero(tree.shown)}


def removed_of(tree):
    nodes = tree.compared.stack.nodes
    return {nodes.path(node).decode(): int(tree.removed_sizes[node]) for node in np.flatnonzero(tree.shown)}


def test_what_a_layer_removed_and_what_it_added_are_two_figures():
    tree = tree_of(BASE, [*REMOVES, file("cache/new", b"n" * 4)], layer=1)
    assert (sizes_of(tree)[""], removed_of(tree)[""]) == (4, 1100)
    assert (sizes_of(tree)["cache"], removed_of(tree)["cache"]) == (4, 300)
    assert (tree.size_of(tree.compared.stack.nodes.find(b"share/doc/old")), removed_of(tree)["share/doc/old"]) == (
        0,
        800,
    )


def test_the_pull_of_a_layer_is_only_what_the_layer_ships():
    stack = Stack.of([index_of(BASE), index_of([*REMOVES, file("cache/new", b"n" * 4)])])
    stack.entries.columns.compressed_sizes[:] = 1000
    compared = ComparedTree.of(Snapshots(stack), Scope.of(1, None, whole=False))
    tree = TreeView.of(compared, ViewState(layer=1, hidden_in_changes=set()))
    assert int(tree.compressed_sizes[stack.nodes.find(b"share")]) == 0
    assert int(tree.compressed_sizes[stack.nodes.find(b"cache")]) == 2000


def test_a_directory_of_which_only_removed_files_are_shown_has_their_bytes_as_removed():
    sizes = removed_of(tree_of(BASE, REMOVES, layer=1))
    assert sizes == {"": 1100, "share": 800, "share/doc": 800, "share/doc/old": 800, "cache": 300, "cache/list": 300}


def test_a_directory_in_which_files_are_left_has_theirs_and_the_removed_ones_beside_them_keep_their_own():
    sizes = sizes_of(tree_of(BASE, REMOVES, layer=1, whole=True))
    assert (sizes[""], sizes["share"], sizes["share/kept"]) == (50, 50, 50)
    assert (sizes["share/doc"], sizes["share/doc/old"]) == (800, 800)


def test_directories_of_ghosts_have_the_bytes_of_the_ghosts():
    sizes = sizes_of(tree_of(BASE, REMOVES, LATER, layer=2, ghosts=True))
    assert (sizes["share/doc"], sizes["share/doc/old"], sizes["cache"]) == (800, 800, 300)
    assert (sizes[""], sizes["new"]) == (7, 7)


def test_removed_files_that_are_hidden_do_not_count():
    sizes = sizes_of(tree_of(BASE, REMOVES, layer=1, hidden_in_changes={Kind.UNMODIFIED, Kind.REMOVED}))
    assert sizes == {"": 0, "cache": 0}


def test_a_removed_directory_that_stands_above_what_a_search_found_has_the_bytes_of_that():
    stack = Stack.of([index_of(BASE), index_of(REMOVES)])
    found = Found.of(QueryText("old"), FileTable(stack))
    tree = TreeView.of(ComparedTree.of(Snapshots(stack), Scope.of(1, None, whole=False)), ViewState(layer=1), found)
    assert removed_of(tree) == {"": 800, "share": 800, "share/doc": 800, "share/doc/old": 800}


def test_a_file_in_the_place_of_a_directory_has_its_own_size():
    tree = tree_of([file("a/b", b"1" * 90)], [file("a", b"22")], layer=1)
    assert (sizes_of(tree)["a"], removed_of(tree)["a/b"]) == (2, 90)


@pytest.mark.parametrize("kept", [b"", b"k"])
def test_an_empty_file_that_is_there_counts_as_much_as_a_full_one(kept):
    sizes = sizes_of(tree_of([file("d/a", b"1" * 90)], [whiteout("d/a"), file("d/b", kept)], layer=1))
    assert sizes["d"] == len(kept)


def test_what_removed_the_most_stands_first_by_size():
    tree = tree_of(BASE, [*REMOVES, file("a", b"a" * 500)], layer=1, sort=Sort.SIZE)
    paths = [tree.compared.stack.nodes.path(node) for node in tree.rows.tolist()]
    tops = [path.split(b"/")[0] for path in paths if path]
    assert list(dict.fromkeys(tops)) == [b"share", b"a", b"cache"]
