import json

import pytest
from hypothesis import given, strategies as st

from layerscope.cli.console.stdout import Escaper, _json_lines


def escaped(*chunks):
    escaper = Escaper()
    text = "".join(escaper.escape(chunk) for chunk in chunks) + escaper.escape(b"", final=True)
    return text, escaper.has_escaped


@pytest.mark.parametrize("text", ["", "a\tb\n\nc", "Grüße, 世界\n", "no end of line"])
def test_text_stays_as_it_is(text):
    assert escaped(text.encode()) == (text, False)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b[31mred\n", "\\x1b[31mred\n"),
        (b"a\r\nb\r", "a\\r\nb\\r"),
        (b"\xff\xfe\x00", "\\xff\\xfe\\x00"),
        (b"\x1b]52;c;aGk=\x07", "\\x1b]52;c;aGk=\\x07"),
        ("\u202etxt.exe\x9b".encode(), "\\u202etxt.exe\\x9b"),
        ("世".encode()[:2], "\\xe4\\xb8"),
    ],
)
def test_what_could_control_a_terminal_is_escaped_and_reported(data, text):
    assert escaped(data) == (text, True)


@given(st.binary(max_size=40), st.integers(0, 40))
def test_the_sizes_of_the_chunks_make_no_difference(data, place):
    assert escaped(data[:place], data[place:]) == escaped(data)


@given(st.binary(max_size=60))
def test_only_printable_text_lines_and_tabs_come_out(data):
    assert all(char.isprintable() or char in "\n\t" for char in escaped(data)[0])


JSON_VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.dictionaries(st.text(), JSON_VALUES | st.lists(JSON_VALUES, max_size=3), max_size=4))
def test_a_row_is_encoded_as_by_the_standard_library(row):
    assert list(_json_lines([row, row])) == ["[", json.dumps(row) + ",", json.dumps(row), "]"]
