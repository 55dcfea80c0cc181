"""Which nodes are rows, in which order."""

import numpy as np
from hypothesis import given, strategies as st

from layerscope.filesystem.stack import Stack
from layerscope.filesystem.visible_rows import visible_rows, with_parents, with_subtrees
from support.layer_indexes import directory, file, index_of

NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join)


def nodes_of(paths):
    return Stack.of([index_of(directory(path) for path in paths)]).nodes


def walk(nodes, shown, expanded, key, node=0):
    """The reference outline: a recursive walk."""
    if not shown[node]:
        return []
    found = [node]
    if expanded[node]:
        for child in sorted(nodes.children(node), key=lambda child: (key[child], child)):
            found += walk(nodes, shown, expanded, key, child)
    return found


@given(st.lists(NAMES, max_size=30), st.data())
def test_the_rows_are_those_of_a_recursive_walk_with_siblings_sorted_by_key_then_name(paths, data):
    nodes = nodes_of(paths)
    masks = st.lists(st.booleans(), min_size=nodes.count, max_size=nodes.count)
    shown, expanded = np.array(data.draw(masks)), np.array(data.draw(masks))
    key = np.array(data.draw(st.lists(st.integers(0, 3), min_size=nodes.count, max_size=nodes.count)))
    assert visible_rows(nodes, shown, expanded, key).tolist() == walk(nodes, shown, expanded, key)


@given(st.lists(NAMES, max_size=30), st.data())
def test_without_a_key_siblings_stand_by_name(paths, data):
    nodes = nodes_of(paths)
    masks = st.lists(st.booleans(), min_size=nodes.count, max_size=nodes.count)
    shown, expanded = np.array(data.draw(masks)), np.array(data.draw(masks))
    assert visible_rows(nodes, shown, expanded).tolist() == walk(nodes, shown, expanded, np.zeros(nodes.count))


def test_parents_of_a_match_are_kept_up_to_the_root():
    nodes = Stack.of([index_of([file("usr/lib/x"), file("usr/share/y"), file("var/z")])]).nodes
    wanted = np.zeros(nodes.count, bool)
    wanted[nodes.find(b"usr/lib/x")] = True
    kept = [nodes.path(node) for node in np.flatnonzero(with_parents(nodes, wanted)).tolist()]
    assert kept == [b"", b"usr", b"usr/lib", b"usr/lib/x"]


def test_contents_of_a_match_are_everything_below_it():
    nodes = Stack.of([index_of([file("usr/lib/x"), file("usr/share/y"), file("var/z")])]).nodes
    wanted = np.zeros(nodes.count, bool)
    wanted[[nodes.find(b"usr"), nodes.find(b"usr/lib")]] = True
    kept = [nodes.path(node) for node in np.flatnonzero(with_subtrees(nodes, wanted)).tolist()]
    assert kept == [b"usr", b"usr/lib", b"usr/lib/x", b"usr/share", b"usr/share/y"]
