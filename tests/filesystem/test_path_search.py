"""Which paths a pattern matches."""

import re

import numpy as np
import pytest
from hypothesis import given, strategies as st

from layerscope.filesystem import path_search
from layerscope.filesystem.path_search import name_lines, path_lines
from layerscope.filesystem.stack import Stack
from support.layer_indexes import file, index_of

NAMES = st.text(st.sampled_from("ab.\n\x01é "), min_size=1, max_size=4).filter(lambda name: name not in {".", ".."})
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PATTERNS = st.sampled_from(
    [
        b"a",
        b"ab",
        rb"a\.",
        "é".encode(),
        rb"[^^a]x",
        rb"[\s]",
        rb"^a|b",
        rb"\n",
        rb"\Sa",
        b"a.*b",
        b"^/a",
        b"b$",
        b"[^a]",
        rb"\s",
        b"/",
        b"a|b",
        rb"\.",
        b"(?s:a.b)",
        b"[^/]+$",
        rb"\w\W",
        b"a?",
        b"",
    ]
)


def nodes_of(paths):
    return Stack.of([index_of(file(path) for path in paths)]).nodes


@given(st.lists(PATHS, max_size=12), PATTERNS, st.integers(1, 9))
def test_a_line_matches_as_its_path_alone_would(paths, pattern, piece_length):
    nodes = nodes_of(paths)
    lines = ["/" + path.decode().replace("\n", "\x01") for path in nodes.paths]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(path_search, "PIECE_LENGTH", piece_length)
        found = path_lines(nodes).matching(pattern)
    assert found.tolist() == [re.search(pattern, line.encode(), 0) is not None for line in lines]


@given(st.lists(PATHS, max_size=12))
def test_names_are_the_last_parts_of_the_paths(paths):
    nodes = nodes_of(paths)
    for node in range(nodes.count):
        name = nodes.name(node).replace(b"\n", b"\x01")
        expected = np.array([nodes.name(other).replace(b"\n", b"\x01") == name for other in range(nodes.count)])
        assert (name_lines(nodes).matching(b"^%s$" % re.escape(name)) == expected).all()


def test_case_is_ignored_on_demand():
    nodes = nodes_of(["README.md", "readme", "other"])
    assert name_lines(nodes).matching(b"readme", ignore_case=True).tolist() == [False, True, False, True]
    assert name_lines(nodes).matching(b"readme").tolist() == [False, False, False, True]


@pytest.mark.parametrize("pattern", [b"(?i)READ", b"(?x) read  # a comment", rb"\A/read", rb"me\Z", rb"(?i)\Ame"])
def test_flags_and_ends_of_the_whole_text_mean_what_they_mean_for_each_path(pattern):
    nodes = nodes_of(["readme", "me", "bread", "other"])
    expected = [re.search(pattern, b"/" + path) is not None for path in nodes.paths]
    assert path_lines(nodes).matching(pattern).tolist() == expected
