"""Text that a shell takes as it is."""

import shlex

from hypothesis import given, strategies as st

from layerscope.tui.rows.image_command import quoted, quoted_path

PRINTABLE = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=20)


@given(PRINTABLE)
def test_a_word_is_read_back_as_it_was(text):
    word = quoted(text)
    assert text == "" or not text.isprintable() or shlex.split(word) == [text]


@given(st.binary(max_size=20))
def test_whatever_is_in_a_path_what_is_pasted_is_one_printable_word(path):
    word = quoted_path(path)
    assert word.isprintable()
    assert word.startswith(("/", "'/", "$'/"))


def test_a_plain_path_is_not_quoted():
    assert quoted_path(b"usr/lib/x-1.so") == "/usr/lib/x-1.so"
