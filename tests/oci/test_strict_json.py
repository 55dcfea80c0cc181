"""Untrusted JSON: anything but a strict object of bounded size and depth is refused quickly."""

import json

import pytest
from hypothesis import given, strategies as st

from layerscope.errors import InvalidDocument
from layerscope.oci.strict_json import MAX_DEPTH, MAX_DOCUMENT_SIZE, parse_object

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), VALUES), st.booleans())
def test_every_json_object_comes_back(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert parse_object(text.encode("utf-8", "surrogatepass" if ascii_only else "strict"), "it") == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"{",
        b'{"a": 1',
        b'{"a": 1}{}',
        b'{"a": 1} trailing',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"{'a': 1}",
        b'{"a": "\x00"}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 100_000,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    ],
    ids=lambda data: repr(data[:20]),
)
def test_what_is_not_strict_json_is_refused(data):
    with pytest.raises(InvalidDocument, match=r"^the manifest is not valid JSON"):
        parse_object(data, "the manifest")


@pytest.mark.parametrize("data", [b"[]", b"null", b'"text"', b"12"])
def test_anything_but_an_object_is_refused(data):
    with pytest.raises(InvalidDocument, match=r"^the manifest is not a JSON object$"):
        parse_object(data, "the manifest")


def test_the_largest_document_is_read_and_one_byte_more_is_refused():
    document = b'{"a": "' + b"x" * (MAX_DOCUMENT_SIZE - 9) + b'"}'
    assert len(parse_object(document, "it")["a"]) == MAX_DOCUMENT_SIZE - 9
    with pytest.raises(InvalidDocument, match="larger than"):
        parse_object(document + b" ", "it")


def test_brackets_in_text_are_no_depth():
    assert parse_object(b'{"a": "\\"[[{{' + b"[" * 200 + b'\\\\"}', "it")["a"].startswith('"[[{{')


@pytest.mark.parametrize("tail", [b"", b"\\"], ids=["unclosed", "lone backslash"])
def test_four_megabytes_of_escaped_quotes_are_refused_in_one_pass(tail):
    """An unterminated string is scanned once, not once for each quote in it."""
    with pytest.raises(InvalidDocument):
        parse_object(b'{"' + b'\\"' * (MAX_DOCUMENT_SIZE // 2 - 4) + tail, "it")


def test_a_web_page_is_not_reported_as_broken_json():
    with pytest.raises(InvalidDocument) as caught:
        parse_object(b"\n <!doctype html><html>", "the manifest")
    assert "web page" in caught.value.hint
