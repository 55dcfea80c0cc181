"""Chunks are joined and cut without losing a byte."""

from hypothesis import given, strategies as st

from layerscope.layers.chunks import joined, pieces

CHUNKS = st.lists(st.binary(max_size=9), max_size=12)


@given(CHUNKS, st.integers(1, 12))
def test_joined_chunks_have_the_least_size_but_for_the_last(chunks, size):
    result = list(joined(chunks, size))

    assert b"".join(result) == b"".join(chunks)
    assert all(len(chunk) >= size for chunk in result[:-1])


@given(CHUNKS, st.integers(1, 12))
def test_pieces_are_never_larger_than_asked_for(chunks, size):
    result = list(pieces(chunks, size))

    assert b"".join(result) == b"".join(chunks)
    assert all(0 < len(piece) <= size for piece in result)
