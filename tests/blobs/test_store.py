"""A span of a blob that can only be read from its start."""

from hypothesis import given, strategies as st

from layerscope.blobs.store import Span, cut


@given(st.lists(st.binary(max_size=9)), st.integers(0, 40), st.integers(0, 40))
def test_a_cut_is_the_span_of_the_bytes_however_they_were_sent(chunks, offset, size):
    assert b"".join(cut(chunks, Span(offset, size))) == b"".join(chunks)[offset : offset + size]


@given(st.lists(st.binary(max_size=9)))
def test_without_a_span_all_bytes_come(chunks):
    assert list(cut(chunks, None)) == chunks


def test_nothing_is_read_after_the_end_of_the_span():
    chunks = iter([b"abc", b"def", b"ghi"])

    assert b"".join(cut(chunks, Span(1, 3))) == b"bcd"
    assert list(chunks) == [b"ghi"]
