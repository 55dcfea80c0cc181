"""Promises of the rows of all layers."""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given, strategies as st

from layerscope.filesystem.entries import Entries
from support.layer_indexes import directory, file, index_of, symlink

TESTS = Path(__file__).parents[1]
ENTRIES = [
    symlink("s", "usr/bin"),
    symlink("empty", ""),
    file("f", xattrs={"user.b": b"2", "user.a": b"1"}),
    file("g", xattrs={"user.a": b"1", "user.b": b"2"}),
    file("h", xattrs={"user.a": b"1", "user.b": b"3"}),
    directory("d"),
]


def entries_of(*layers):
    return Entries.of([index_of(layer) for layer in layers])


def marks():
    entries = entries_of(ENTRIES)
    return entries.link_marks.tolist(), entries.xattr_marks.tolist()


def test_marks_are_the_same_in_every_process():
    script = "import test_entries; print(test_entries.marks())"
    paths = [TESTS.parent, TESTS, TESTS / "filesystem"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            env=environment | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "random")
    }
    assert outputs == {f"{marks()}\n"}


def test_marks_are_equal_exactly_for_equal_links_and_attributes():
    links, xattrs = marks()
    assert xattrs[2] == xattrs[3] != xattrs[4]
    assert links[0] != links[1]
    assert 0 not in (links[0], links[1], xattrs[2])
    assert links[2:] == [0] * 5
    assert xattrs[5:] == [0, 0]


attributes = st.dictionaries(st.sampled_from(["a", "ab", "a1:b", "", "1:a"]), st.binary(max_size=3), max_size=3)


@given(attributes, attributes)
def test_two_sets_of_attributes_have_one_mark_only_if_they_are_equal(one, other):
    first, second, _ = entries_of([file("f", xattrs=one), file("g", xattrs=other)]).xattr_marks
    assert (first == second) == (one == other)


def test_the_last_row_is_the_implied_directory():
    entries = entries_of([file("a")], [file("b"), file("c")])
    assert (entries.count, entries.implied_row) == (4, 3)
    assert entries.columns.modes[entries.implied_row] == 0o755
