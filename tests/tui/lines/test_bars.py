"""Bars."""

import pytest
from hypothesis import given, strategies as st

from layerscope.tui.lines.bars import layer_bar, progress_bar, share_bar

SIZES = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 10, "      "), (10, 10, "━━━━━━"), (5, 10, "━━━   "), (1, 12, "╸     "), (1, 100, "      "), (0, 0, "      ")],
)
def test_a_share_is_drawn_to_the_nearest_half_cell(part, whole, text):
    assert share_bar(part, whole, 6).text == text


@pytest.mark.parametrize(
    ("live", "dead", "whole", "text"),
    [
        (0, 0, 100, "          "),
        (100, 0, 100, "━━━━━━━━━━"),
        (0, 100, 100, "╌╌╌╌╌╌╌╌╌╌"),
        (60, 40, 100, "━━━━━━╌╌╌╌"),
        (30, 20, 100, "━━━╌╌     "),
        (74, 0, 192_000_000, "╸         "),
        (99_997, 3, 100_000, "━━━━━━━━━━"),
    ],
)
def test_the_bar_of_a_layer_is_as_long_as_its_share_of_the_image_and_filled_with_live_and_dead(live, dead, whole, text):
    assert "".join(span.text for span in layer_bar(live, dead, whole, 10)) == text


@given(SIZES, SIZES, SIZES)
def test_the_bar_of_a_layer_has_its_width_whatever_the_sizes(live, dead, others):
    assert len("".join(span.text for span in layer_bar(live, dead, live + dead + others, 10))) == 10


@given(SIZES, SIZES)
def test_progress_is_never_more_than_the_whole(received, size):
    done, rest = progress_bar(received, size, 10)
    assert len(done.text + rest.text) == 10
