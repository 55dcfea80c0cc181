"""What is in a file as rows of a terminal."""

import pytest
from hypothesis import given, strategies as st

from layerscope.content.preview.reading import PreviewReader
from layerscope.tui.cells import cell_width
from layerscope.tui.lines.previews.body import View
from layerscope.tui.lines.previews.bytes_body import BytesBody
from layerscope.tui.lines.previews.page import content_page, diff_body
from layerscope.tui.lines.previews.text_body import TextBody
from layerscope.tui.lines.previews.window import window
from layerscope.tui.lines.spans import line_width, plain
from layerscope.tui.state.preview_look import PreviewLook, TextSearch


def view(width=40, **look):
    return View(width, PreviewLook(**look))


def rows(body, view):
    return [plain(body.line(row, view)) for row in range(body.count(view))]


def page(data, name=b"file"):
    return content_page(PreviewReader(name, len(data)).read(iter([data])))


def test_a_folded_line_has_its_number_once_and_all_of_its_text():
    body = TextBody.of(["x" * 100, "short"], [1, 2])
    found = rows(body, view(24))
    assert [row[:3] for row in found] == ["1  ", "   ", "   ", "   ", "   ", "2  "]
    assert "".join(row[3:] for row in found) == "x" * 100 + "short"


def test_a_line_that_is_not_folded_is_scrolled():
    body = TextBody.of(["0123456789" * 10], [1])
    assert rows(body, view(23, folds=False, left=12)) == ["1  2345678901234567890"[:22]]


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=60), st.integers(1, 20))
def test_folding_loses_and_doubles_no_character(text, width):
    size = cell_width(text)
    parts = [window(text, [], [], (start, start + width)) for start in range(0, max(size, 1), width)]
    assert "".join(map(plain, parts)) == text
    assert all(line_width(part) <= width + 1 for part in parts)


def test_the_parts_of_a_line_keep_their_styles_and_what_is_found_is_marked():
    line = window("return one", [(6, "code-keyword"), (4, "")], [(7, 9)], (4, 10))
    assert [tuple(span) for span in line] == [("rn", "code-keyword"), (" ", ""), ("on", "match"), ("e", "")]


@pytest.mark.parametrize(("text", "count"), [("one", 2), ("One", 1), ("two", 0)])
def test_capitals_matter_only_if_some_are_typed(text, count):
    body = TextBody.of(["One", "one"], [1, 2])
    assert len(body.found(TextSearch(text))) == count


def test_bytes_are_eight_or_sixteen_in_a_row():
    body = BytesBody(bytes(range(0x30, 0x44)))
    assert rows(body, view(80))[0] == "00000000  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?"
    assert [row[:8] for row in rows(body, view(50))] == ["00000000", "00000008", "00000010"]
    assert body.row_of(body.found(TextSearch("89"))[0], view(50)) == 1


@given(st.binary(max_size=2000), st.integers(10, 90))
def test_no_byte_of_a_file_reaches_the_terminal_as_it_is(data, width):
    found = page(data)
    for body in (found.body, found.as_bytes):
        for row in rows(body, view(width)):
            assert row.isprintable() or not row


def test_half_a_million_marks_on_one_letter_are_no_work_for_a_row():
    body = page(("a" + "\u0301\u0323" * 250_000).encode()).body
    assert max(map(len, body.pieces)) < 10_000
    assert body.count(view(80)) > 1000
    assert plain(body.line(5, view(80)))


DIFF = [
    b"@@ -1,4 +1,4 @@\n",
    b" same\n",
    b"-old one\n",
    b"-old two\n",
    b"+new one\n",
    b"+" + b"n" * 60 + b"\n",
    b" end\n",
]


@pytest.mark.parametrize("folds", [True, False])
def test_a_diff_side_by_side_has_the_old_lines_left_of_the_new_ones(folds):
    body = diff_body(DIFF)
    halves = [[half.strip() for half in row.split("│")] for row in rows(body, view(63, folds=folds))]
    assert halves[:4] == [
        ["@@ -1,4 +1,4 @@", ""],
        ["same", "same"],
        ["-old one", "+new one"],
        ["-old two", "+" + "n" * 28],
    ]
    assert len(halves) == (7 if folds else 5)
    assert halves[-1] == ["end", "end"]
    assert "".join(half for _, half in halves[3:-1]) == "+" + "n" * (60 if folds else 28)


@given(
    st.lists(st.sampled_from([b" a\n", b"-b\n", b"+c\n", b"@@ x\n", b"\\ No newline\n", b"-" + b"d" * 2500 + b"\n"]))
)
def test_a_diff_side_by_side_loses_no_line(lines):
    body = diff_body(lines)
    shown = [item for pair in body.pairs for item in pair if item >= 0]
    assert sorted(set(shown)) == list(range(len(body.unified.pieces)))
    assert all(line_width(body.line(row, view(70))) <= 70 for row in range(body.count(view(70))))
