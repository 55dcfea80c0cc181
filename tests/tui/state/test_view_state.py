"""How the user looks at the image."""

import pytest
from hypothesis import given, strategies as st

from layerscope.filesystem.stack import Stack
from layerscope.tui.state.expansion import Expansion
from layerscope.tui.state.query_text import QueryText
from layerscope.tui.state.scope import Scope
from layerscope.tui.state.view_state import Kind, Sort, ViewState
from support.layer_indexes import file, index_of

PATHS = [b"", b"a", b"a/b", b"a/b/c", b"d", b"d/e"]


def opened(expansion):
    nodes = Stack.of([index_of([file("a/b/c/x"), file("d/e/y")])]).nodes
    return {path for path in PATHS if expansion.mask(nodes, nodes.depths)[nodes.find(path)]}


@given(st.lists(st.tuples(st.sampled_from(PATHS), st.booleans(), st.booleans())), st.integers(0, 4))
def test_the_latest_rule_for_a_directory_wins(rules, level):
    expansion = Expansion(level)
    expected = {path: (path.count(b"/") + 1 if path else 0) < level for path in PATHS}
    for path, with_subtrees, is_open in rules:
        if with_subtrees:
            expansion.set_below(path, opened=is_open)
            expected |= {p: is_open for p in PATHS if not path or p == path or p.startswith(path + b"/")}
        else:
            expansion.set(path, opened=is_open)
            expected[path] = is_open
    assert opened(expansion) == {path for path, is_open in expected.items() if is_open}


def test_a_level_forgets_all_rules():
    expansion = Expansion(1)
    expansion.set_below(b"", opened=True)
    expansion.open_to(2)
    assert opened(expansion) == {b"", b"a", b"d"}


@pytest.mark.parametrize(
    ("look", "before", "after", "title"),
    [
        ((3, None, False), 2, 3, "what layer 3 changed"),
        ((0, None, False), -1, 0, "what layer 0 changed"),
        ((3, 1, False), 0, 3, "what layers 1 to 3 changed"),
        ((1, 3, False), 0, 3, "what layers 1 to 3 changed"),
        ((3, None, True), 0, 3, "all up to layer 3, changes after layer 0"),
        ((0, None, True), -1, 0, "all up to layer 0"),
    ],
)
def test_a_layer_a_range_and_everything_are_compared(look, before, after, title):
    layer, mark, whole = look
    scope = Scope.of(layer, mark, whole=whole)
    assert (scope.before, scope.after, scope.title) == (before, after, title)


def test_what_is_hidden_is_remembered_apart_for_changes_and_for_everything():
    state = ViewState()
    state.hidden.add(Kind.REMOVED)
    state.whole = True
    assert state.hidden == set()
    state.whole = False
    assert state.hidden == {Kind.UNMODIFIED, Kind.REMOVED}


def test_a_path_is_revealed_where_one_looks():
    state = ViewState(search=QueryText("c"), shows_found=True)
    state.reveal(b"a/b/c")
    assert opened(state.opened_in_search) == {b"", b"a", b"a/b"}
    state.search = None
    assert opened(state.expansion) == {b"", b"a", b"d"}


def test_only_waste_and_pull_are_measures_of_their_own():
    assert [sort.measure for sort in Sort] == ["size", "size", "size", "wasted", "pull"]
