"""Promises of the difference of two contents."""

import subprocess

import pytest
from hypothesis import given, settings, strategies as st

from layerscope.content import file_diff
from layerscope.content.file_diff import diff_contents

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"-- \n", b"@@ -1 +1 @@\n", b"c\r\n", b"\n"]), max_size=30)


def chunks(data, size=7):
    return [data[start : start + size] for start in range(0, len(data), size)]


def patched(old, diff, tmp_path):
    """The old content with the diff applied by `patch`."""
    path = tmp_path / "file"
    path.write_bytes(old)
    text = b"--- file\n+++ file\n" + b"".join(diff.lines)
    subprocess.run(["patch", "-s", "--binary", str(path)], input=text, check=True, capture_output=True)
    return path.read_bytes() if path.exists() else b""


@pytest.mark.real("patch")
@pytest.mark.parametrize("align", [True, False])
def test_the_diff_turns_one_text_into_the_other(tmp_path_factory, monkeypatch, align):
    if not align:
        monkeypatch.setattr(file_diff, "_MOST_PAIRS", -1)

    @given(LINES, LINES, st.booleans())
    @settings(max_examples=40, deadline=None)
    def check(old, new, has_end):
        old, new = b"".join(old), b"".join(new) + (b"" if has_end else b"x")
        diff = diff_contents(chunks(old), chunks(new))
        assert diff.is_equal == (old == new)
        if not diff.is_equal:
            assert patched(old, diff, tmp_path_factory.mktemp("patch")) == new

    check()


def test_a_change_deep_in_a_long_file_is_one_hunk_with_its_line_numbers():
    lines = [b"line %d\n" % number for number in range(20_000)]
    old, new = b"".join(lines), b"".join([*lines[:15_000], b"new\n", *lines[15_001:]])
    assert diff_contents([old], [new]).lines == (
        b"@@ -14998,7 +14998,7 @@\n",
        b" line 14997\n",
        b" line 14998\n",
        b" line 14999\n",
        b"-line 15000\n",
        b"+new\n",
        b" line 15001\n",
        b" line 15002\n",
        b" line 15003\n",
    )


def test_lines_that_would_take_for_ever_to_align_are_replaced_as_a_whole():
    old, new = b"a\n" * 50_000 + b"b\n", b"b\n" + b"a\n" * 49_000
    lines = diff_contents([old], [new]).lines
    assert len(lines) == 1 + 50_001 + 49_001


@pytest.mark.parametrize(
    ("old", "new", "offset"),
    [
        (b"\0abc", b"\0abd", 3),
        (b"\0abc", b"\0ab", 3),
        (b"", b"\0", 0),
        (b"\0" + b"x" * 100, b"text", 0),
    ],
)
def test_of_binary_content_the_first_byte_that_differs_is_named(old, new, offset):
    for one, other in ((old, new), (new, old)):
        diff = diff_contents(chunks(one, 3), chunks(other, 2))
        assert (diff.lines, diff.first_difference) == (None, offset)


def test_large_content_is_compared_without_holding_it_in_memory(monkeypatch):
    monkeypatch.setattr(file_diff, "MAX_SIZE", 10)
    old, new = b"a\n" * 100, b"a\n" * 99 + b"b\n"
    assert diff_contents(chunks(old), chunks(new, 3)).first_difference == 198
    assert diff_contents(chunks(old), chunks(old, 3)).is_equal


def test_content_with_lines_without_end_is_compared_like_a_binary_one():
    old = b"\n" * 300_000
    assert diff_contents([old], [old + b"x"]).first_difference == 300_000


def test_nothing_is_read_after_the_first_difference_of_large_content(monkeypatch):
    monkeypatch.setattr(file_diff, "MAX_SIZE", 10)

    def endless(byte):
        while True:
            yield byte * 8

    assert diff_contents(endless(b"a"), endless(b"b")).first_difference == 0
