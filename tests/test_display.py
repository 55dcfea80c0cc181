"""Untrusted text: it is shown on one row and cannot control a terminal."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from layerscope.display import display, display_lines, is_utf8

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@given(ANY_TEXT | st.binary())
def test_whatever_is_shown_is_printable(text):
    assert display(text).isprintable()


@given(st.text().filter(str.isprintable))
def test_text_that_is_printable_stays_as_it_is(text):
    assert display(text) == text
    assert display(text.encode()) == text


@given(ANY_TEXT)
def test_nothing_that_moves_the_cursor_or_reorders_text_is_left(text):
    assert not {unicodedata.category(char) for char in display(text)} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x1b[31mred\x1b]52;c;aGk=\x07", r"\x1b[31mred\x1b]52;c;aGk=\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("\x7f\x00", r"\x7f\x00"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("no\u00a0break\u2028line", r"no\xa0break\u2028line"),
        ("lone \ud800", r"lone \ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("naïve 日本語 🐳", "naïve 日本語 🐳"),
        (b"caf\xe9 \xff", r"caf\xe9 \xff"),
        ("café".encode(), "café"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text, shown):
    assert display(text) == shown


@given(ANY_TEXT, st.integers(1, 50))
def test_a_limit_counts_characters_of_the_text_and_ends_in_an_ellipsis(text, limit):
    shown = display(text, limit=limit)
    if len(text) <= limit:
        assert shown == display(text)
    else:
        assert shown == display(text[: limit - 1]) + "…"


def test_several_lines_stay_lines_and_each_is_safe():
    assert display_lines("RUN a\r\n\tb\x1b[2J\n\u2028c") == ["RUN a", r"    b\x1b[2J", r"\u2028c"]


@given(st.binary())
def test_a_name_is_utf8_if_its_text_encodes_to_its_bytes(name):
    assert is_utf8(name) == (name.decode("utf-8", "replace").encode() == name)
