"""Chunks are joined and cut without losing a byte."""

from hypothesis import given, strategies as st

from layerscope.layers.stream import blocks, joined

CHUNKS = st.lists(st.binary(max_size=9), max_size=12)


@given(CHUNKS, st.integers(1, 12))
def test_joined_chunks_have_the_least_size_but_for_the_last(chunks, size):
    result = list(joined(chunks, size))

    assert b"".join(result) == b"".join(chunks)
    assert all(len(chunk) >= size for chunk in result[:-1])


@given(CHUNKS, st.integers(1, 12))
def test_blocks_are_the_same_however_the_bytes_were_sent(chunks, size):
    whole = b"".join(chunks)
    assert list(blocks(chunks, size)) == [whole[start : start + size] for start in range(0, len(whole), size)]
