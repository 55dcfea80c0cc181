"""Chains of single directories, against the same rule in plain words."""

from hypothesis import given, settings, strategies as st

from layerscope.filesystem.change import Change
from layerscope.filesystem.stack import Stack
from layerscope.layers.layer_index import EntryType
from layerscope.tui.rows.chains import LITTLE_CHANGED, row_ends
from layerscope.tui.rows.compared_tree import ComparedTree, Snapshots
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.state.scope import Scope
from layerscope.tui.state.view_state import ViewState
from support.layer_indexes import index_of
from support.random_layers import images


def is_joined(tree, node):
    """Whether a directory shows nothing but one directory that changed like it."""
    nodes, stack, changes = tree.compared.stack.nodes, tree.compared.stack, tree.compared.comparison.changes
    below = [child for child in nodes.children(node) if tree.shown[child]]
    if node == 0 or len(below) != 1 or not tree.shown[node]:
        return False
    types = [stack.entries.columns.types[stack.versions.inodes[tree.versions[it]]] for it in (node, *below)]
    is_alike = Change(int(changes[node])) in LITTLE_CHANGED or changes[node] == changes[below[0]]
    return is_alike and types == [EntryType.DIRECTORY] * 2 and min(tree.versions[[node, *below]]) >= 0


@given(images, st.integers(0, 4), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_directory_is_joined_exactly_if_it_shows_only_one_directory_that_changed_like_it(layers, layer, whole):
    layers = layers or [[]]
    stack = Stack.of([index_of(entries) for entries in layers])
    compared = ComparedTree.of(Snapshots(stack), Scope.of(min(layer, len(layers) - 1), None, whole=whole))
    tree = TreeView.of(compared, ViewState(whole=whole))
    assert tree.joined.tolist() == [is_joined(tree, node) for node in range(stack.nodes.count)]
    above = [sum(bool(tree.joined[other]) for other in stack.nodes.ancestors(n)) for n in range(stack.nodes.count)]
    assert [tree.depth(n) for n in range(stack.nodes.count)] == [
        int(stack.nodes.depths[n]) - above[n] for n in range(stack.nodes.count)
    ]
    ends = [tree.row_end(node) for node in range(stack.nodes.count) if tree.joined[node]]
    assert row_ends(tree.shown, tree.joined).tolist() == ends
