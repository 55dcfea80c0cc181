"""What is found, by whichever way is the shorter."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from layerscope.filesystem.path_search import path_lines
from layerscope.filesystem.patterns import PathPattern
from layerscope.filesystem.stack import Stack
from layerscope.tui.panes.files.finder import Finder, FindRequest
from layerscope.tui.state.query_text import QueryText
from support.layer_indexes import file, index_of

NAMES = st.text(st.sampled_from("abA01._-\n é"), min_size=1, max_size=5).filter(lambda name: name not in {".", ".."})
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
TOKENS = st.sampled_from(["a", "b", "A", "0", "_", "-", " ", r"\.", r"\d", r"\w", "[0-9]", "[a-z_]", "[Ab]", "[+-]"])
OTHERS = st.sampled_from(["/", ".", "^", "$", "|", "[^a]", r"\W", r"\b", "[.-0]", "(?:a/b)", "(a)", "\\D", "{2}"])
PATTERNS = st.lists(
    st.tuples(TOKENS | OTHERS, st.sampled_from(["", "", "*", "+", "?"])).map("".join), min_size=1, max_size=4
)


@given(st.lists(PATHS, max_size=10), PATTERNS.map("".join))
def test_a_regular_expression_finds_the_paths_that_it_matches_as_a_whole(paths, text):
    search = PathPattern(text, is_regex=True)
    if search.problem:
        return
    stack = Stack.of([index_of([file(path) for path in paths])])
    found = Finder(SimpleNamespace(post_message=None)).work(FindRequest(stack, QueryText(text, is_regex=True)))
    expected = path_lines(stack.nodes).matching(search.pattern, ignore_case=search.ignores_case)
    expected[0] = False
    assert np.array_equal(found.matches, expected[stack.versions.nodes])


@pytest.mark.parametrize(
    ("text", "is_of_parts"),
    [("lib[0-9]+", True), (r"\.so", True), ("a*b?", True), ("a/b", False), ("a.b", False), ("[.-0]", False)],
)
def test_names_are_searched_instead_of_paths_only_if_no_match_has_a_slash(text, is_of_parts):
    assert PathPattern(text, is_regex=True).is_of_parts is is_of_parts
    assert not PathPattern(text).is_of_parts
