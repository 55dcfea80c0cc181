"""Text in cells."""

import unicodedata

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from layerscope.tui.lines.spans import Span, crop, fit, line_width, plain, safe, shorten

WIDTHS = st.integers(0, 30)
TEXTS = st.text(max_size=40).map(safe)


@given(TEXTS, WIDTHS, st.booleans())
def test_fitted_text_takes_exactly_its_cells(text, width, right):
    assert cell_len(fit(text, width, right=right)) == width


@given(TEXTS, st.integers(1, 30))
def test_shortened_text_is_whole_or_ends_in_an_ellipsis(text, width):
    shown = shorten(text, width)
    assert shown == text or (cell_len(shown) == width and "…" in shown)


@given(st.lists(TEXTS, max_size=5), WIDTHS)
def test_a_cropped_line_is_the_line_or_fills_its_width(texts, width):
    line = tuple(Span(text) for text in texts)
    cropped = crop(line, width)
    assert line_width(cropped) <= width
    assert line_width(line) > width or plain(cropped) == plain(line)


@given(st.one_of(st.text(max_size=40), st.binary(max_size=40)))
def test_safe_text_is_printable_and_no_mark_stands_alone_or_in_a_heap(text):
    shown = safe(text)
    assert shown.isprintable()
    marks = 2
    for char in shown:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        assert marks <= 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain.txt", "plain.txt"),
        ("e\u0301", "é"),
        ("\u0301x", "\\u0301x"),
        ("❤\ufe0f", "❤\\ufe0f"),
        ("สวัสดี", "สวัสดี"),
        (b"\xff", "\\xff"),
        ("a\u202eb", "a\\u202eb"),
    ],
)
def test_names_are_shown_as_people_write_them_if_that_is_safe(text, shown):
    assert safe(text) == shown
