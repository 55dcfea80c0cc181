"""Promises of wrapped text."""

from layerscope.tui.lines.fields import LONGEST, wrap


def test_text_wraps_at_spaces_and_within_words_that_are_longer_than_a_line():
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("sha256:0123456789", 8) == ["sha256:0", "12345678", "9"]


def test_wide_characters_take_two_cells():
    assert wrap("日本語日本語", 6) == ["日本語", "日本語"]


def test_of_a_text_of_a_megabyte_only_the_beginning_is_shown():
    lines = wrap("x" * 1_000_000, 50)
    assert len(lines) == LONGEST // 50 + 1
    assert lines[-1].endswith("…")
