"""Finding the paths that people mean by a few letters."""

import pytest

from layerscope.filesystem.path_search import FuzzyPaths
from layerscope.filesystem.stack import Stack
from support.layer_indexes import file, index_of

PATHS = ["etc/passwd", "usr/bin/passwd", "usr/share/doc/passwd-tools/README", "usr/lib/jvm/bin/java", "etc/passwd-"]


@pytest.fixture(scope="module")
def best():
    nodes = Stack.of([index_of(file(path) for path in PATHS)]).nodes
    fuzzy = FuzzyPaths(nodes)
    return lambda letters, count=4: [nodes.path(node).decode() for node in fuzzy.best(letters.encode(), count).tolist()]


def test_whole_names_come_before_parts_of_names_and_short_paths_before_long_ones(best):
    assert best("passwd") == ["etc/passwd", "usr/bin/passwd", "etc/passwd-", "usr/share/doc/passwd-tools"]


def test_letters_may_stand_apart(best):
    assert best("uljava", 1) == ["usr/lib/jvm/bin/java"]


def test_a_slash_asks_for_whole_paths(best):
    assert best("bin/pass", 1) == ["usr/bin/passwd"]


def test_capitals_mind_the_case(best):
    assert best("README", 1) == ["usr/share/doc/passwd-tools/README"]
    assert best("Passwd") == []


def test_letters_are_no_pattern(best):
    assert best(".*") == []
