"""Patterns for paths."""

import re

import pytest
from hypothesis import given, strategies as st

from layerscope.filesystem.patterns import PathPattern

NAMES = st.text(st.sampled_from("aAbB.1 "), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("text", "is_regex", "kind"),
    [
        ("lib", False, "text"),
        ("*.so", False, "glob"),
        ("a[", False, "text"),
        ("a[0-9]", False, "glob"),
        ("*", True, "regex"),
    ],
)
def test_text_globs_and_regular_expressions_are_told_apart(text, is_regex, kind):
    assert PathPattern(text, is_regex).kind == kind


@given(NAMES, NAMES)
def test_text_is_found_where_it_stands(text, name):
    search = PathPattern(text)
    ignore_case = text == text.lower()
    start = (name.lower() if ignore_case else name).find(text)
    assert search.span_in(b"dir/" + name.encode()) == (None if start < 0 else (start, start + len(text)))


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*.so", b"usr/lib/x.so", True),
        ("*.so", b"usr/lib/x.so.1", False),
        ("lib/*", b"usr/lib/x", True),
        ("/lib/*", b"usr/lib/x", False),
        ("usr/**/x", b"usr/lib/deep/x", True),
        ("u?r", b"usr", True),
        ("[!a]sr", b"usr", True),
        ("[!u]sr", b"usr", False),
    ],
)
def test_a_glob_stays_within_a_name_unless_it_has_two_stars(glob, path, matches):
    search = PathPattern(glob)
    asked = path.rpartition(b"/")[2] if search.in_names else b"/" + path
    assert bool(re.search(search.pattern, asked)) is matches


@pytest.mark.parametrize("text", ["(", "[a", "a{99999999999}", "(" * 200])
def test_what_is_no_regular_expression_says_why(text):
    assert PathPattern(text, is_regex=True).problem
    assert not PathPattern(text).problem


def test_a_match_that_ends_above_the_name_marks_nothing_in_it():
    assert PathPattern("usr/", is_regex=True).span_in(b"usr/lib") is None
    assert PathPattern("r/l", is_regex=True).span_in(b"usr/lib") == (0, 1)


@pytest.mark.parametrize(("glob", "name"), [("[[]x", b"[x"), ("[a--]x", b"-x"), ("[&|]x", b"|x")])
def test_signs_in_the_brackets_of_a_glob_are_letters(glob, name):
    search = PathPattern(glob)
    assert search.problem == ""
    assert search.span_in(b"d/" + name) == (0, 2)


def test_an_ambiguous_set_is_a_problem_of_the_regular_expression():
    assert PathPattern("[[]", is_regex=True).problem == "Possible nested set at position 1"
