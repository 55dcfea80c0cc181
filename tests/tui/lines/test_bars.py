"""Bars."""

import pytest
from hypothesis import given, strategies as st

from layerscope.tui.lines.bars import progress_bar, share_bar, split_bar

SIZES = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 10, "      "), (10, 10, "━━━━━━"), (5, 10, "━━━   "), (1, 12, "╸     "), (1, 100, "      "), (0, 0, "      ")],
)
def test_a_share_is_drawn_to_the_nearest_half_cell(part, whole, text):
    assert share_bar(part, whole, 6).text == text


@given(SIZES, SIZES)
def test_live_and_dead_fill_the_bar_and_neither_is_hidden(live, dead):
    living, dying = split_bar(live, dead, 6)
    assert len(living.text + dying.text) == 6
    if live and dead:
        assert living.text.strip("━") == ""
        assert living.text
        assert dying.text


@given(SIZES, SIZES)
def test_progress_is_never_more_than_the_whole(received, size):
    done, rest = progress_bar(received, size, 10)
    assert len(done.text + rest.text) == 10
