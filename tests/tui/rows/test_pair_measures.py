"""What the size columns measure if two images are compared."""

from hypothesis import given, settings

from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.pair_stack import PairStack
from layerscope.filesystem.stack import Stack
from layerscope.insight.file_changes import FileChanges
from layerscope.tui.rows.compared_tree import ComparedTree, Snapshots
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.state.scope import Scope
from layerscope.tui.state.view_state import Kind, ViewState
from support.layer_indexes import file, hardlink, index_of, whiteout
from support.random_layers import image_pairs


def pair_of(before, after, shared=()):
    """The stack of two images; equal layers are the same object in both."""
    indexes = {id(layer): index_of(layer) for layer in (*before, *after)}
    merged = Stack.merge([[indexes[id(layer)] for layer in image] for image in (before, after)])
    return PairStack.of(*merged, frozenset(shared))


def tree_of(stack, *, whole=False, **look):
    state = ViewState(in_pair=True, is_on_pair=True, whole=whole, **look)
    return TreeView.of(ComparedTree.of(Snapshots(stack), Scope.of_both(whole=whole)), state)


def columns_of(tree):
    """The two sizes of each path that is shown."""
    nodes = tree.compared.stack.nodes
    return {
        nodes.path(node).decode(): (tree.size_of(node), tree.removed_size_of(node))
        for node in range(1, nodes.count)
        if tree.wanted[node]
    }


@given(image_pairs())
@settings(max_examples=200, deadline=None)
def test_what_was_added_less_what_was_removed_is_the_growth_and_the_paths_are_those_of_diff(pair):
    pool, *chosen = pair
    indexes = [index_of(layer) for layer in pool]
    before, after = Stack.merge([[indexes[number] for number in numbers] for numbers in chosen])
    files = FileChanges.of(before.final.compare(after.final))
    tree = tree_of(PairStack.of(before, after))
    growth = int(files.new_sizes.sum() - files.old_sizes.sum())
    assert int(tree.sizes[ROOT] - tree.removed_sizes[ROOT]) == growth
    shown = {node for node in range(1, after.nodes.count) if tree.wanted[node]}
    assert shown == {node for node in files.nodes.tolist() if node}
    whole = tree_of(PairStack.of(before, after), whole=True, hidden_in_whole={Kind.REMOVED})
    assert int(whole.sizes[ROOT]) == int(after.final.total_sizes[ROOT]) if after.versions.count else True


def test_a_path_with_other_attributes_adds_no_bytes_and_one_with_other_content_has_both_sizes():
    base = [file("mode", b"1" * 10), file("time", b"1" * 10), file("content", b"1" * 10), file("gone", b"1" * 7)]
    top = [
        file("mode", b"1" * 10, mode=0o600),
        file("time", b"1" * 10, mtime=9),
        file("content", b"2" * 30),
        whiteout("gone"),
        file("new", b"3" * 5),
    ]
    assert columns_of(tree_of(pair_of([base], [base, top]))) == {
        "mode": (0, 0),
        "time": (0, 0),
        "content": (30, 10),
        "gone": (0, 7),
        "new": (5, 0),
    }


def test_a_file_that_lost_its_link_shows_the_bytes_that_it_has_alone_now():
    base = [file("a", b"1" * 10), hardlink("b", "a")]
    again = [file("a", b"1" * 10), file("b", b"1" * 10)]
    assert columns_of(tree_of(pair_of([base], [again]))) == {"b": (10, 0)}


def test_the_pull_is_that_of_layers_that_the_first_image_does_not_have():
    base, lower, top = [file("a", b"1")], [file("a", b"2")], [file("b", b"3")]
    stack = pair_of([base, lower], [base, top], shared={0})
    stack.entries.columns.compressed_sizes[:] = 1000
    tree = tree_of(stack)
    assert columns_of(tree).keys() == {"a", "b"}
    assert int(tree.compressed_sizes[ROOT]) == 1000


def test_only_the_second_image_has_ghosts():
    base, removes = [file("a", b"1"), file("b", b"2")], [whiteout("a")]
    for before, after, ghosts in (([base, removes], [base, removes], {"a"}), ([base, removes], [], set())):
        tree = tree_of(pair_of(before, after), ghosts=True, hidden_in_changes={Kind.UNMODIFIED, Kind.REMOVED})
        assert columns_of(tree).keys() == ghosts
