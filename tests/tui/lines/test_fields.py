"""Blocks of lines."""

from hypothesis import given, strategies as st
from rich.cells import cell_len

from layerscope.tui.lines.fields import LONGEST, field, paragraph, wrap
from layerscope.tui.lines.spans import plain, safe

TEXTS = st.text(max_size=120).map(safe)


@given(TEXTS, st.integers(2, 40), st.integers(0, 4))
def test_wrapped_text_loses_nothing_but_the_spaces_at_its_breaks(text, width, indent):
    assert "".join("".join(wrap(text, width, indent)).split()) == "".join(text.split())


@given(TEXTS, st.integers(2, 40))
def test_no_wrapped_line_is_wider_than_asked(text, width):
    assert all(cell_len(line) <= width for line in wrap(text, width))


def test_a_value_wraps_in_its_own_column():
    assert [plain(line) for line in field("digest", "sha256:0123456789abcdef", 26)] == [
        "digest      sha256:0123456",
        "            789abcdef",
    ]


def test_the_later_lines_of_a_paragraph_are_indented():
    assert [plain(line) for line in paragraph("one two three", 9, indent=4)] == ["one two", "    three"]


def test_text_wraps_at_spaces_and_within_words_that_are_longer_than_a_line():
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("sha256:0123456789", 8) == ["sha256:0", "12345678", "9"]


def test_wide_characters_take_two_cells():
    assert wrap("日本語日本語", 6) == ["日本語", "日本語"]


def test_of_a_text_of_a_megabyte_only_the_beginning_is_shown():
    lines = wrap("x" * 1_000_000, 50)
    assert len(lines) == LONGEST // 50 + 1
    assert lines[-1].endswith("…")
