"""Pictures in ASCII."""

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from layerscope.tui.lines import glyphs
from layerscope.tui.lines.spans import safe


@pytest.mark.parametrize(
    ("environ", "ascii_only"),
    [
        ({"LANG": "C"}, True),
        ({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "C.UTF-8"}, False),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "C"}, False),
        ({}, False),
    ],
)
def test_the_c_locale_by_name_means_ascii(environ, ascii_only):
    assert glyphs.wants_ascii(environ) is ascii_only


@given(st.text(max_size=30).map(safe))
def test_text_in_ascii_is_as_wide_as_it_was(text):
    shown = glyphs.in_ascii(text)
    assert shown.isascii()
    assert len(shown) == cell_len(text)


def test_frames_in_ascii_are_frames():
    assert glyphs.in_ascii("╭─╮│╰━┘▌") == "+-+|+=+|"
