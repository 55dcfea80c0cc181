"""Promises of the shares that spans of a tar have of its blob."""

import numpy as np
from hypothesis import given, strategies as st

from layerscope.layers.positions import Positions

STEPS = st.lists(st.tuples(st.integers(0, 70_000), st.integers(0, 1 << 22)), min_size=1, max_size=20)


def positions_of(steps):
    positions = Positions()
    in_blob = in_tar = 0
    positions.note(0, 0)
    for blob_step, tar_step in steps:
        in_blob, in_tar = in_blob + blob_step, in_tar + tar_step
        positions.note(in_blob, in_tar)
    return positions, in_blob, in_tar


@given(STEPS, st.data())
def test_shares_add_up_to_the_blob_of_a_whole_tar_and_to_no_more_of_another(steps, data):
    positions, blob_size, tar_size = positions_of(steps)
    ends = np.array(sorted(data.draw(st.lists(st.integers(0, tar_size + 10), min_size=1, max_size=30))), np.int64)
    whole, part = (positions.shares(ends, is_whole=is_whole) for is_whole in (True, False))
    assert min(whole.min(), part.min()) >= 0
    assert part.sum() <= blob_size
    assert whole.sum() in {blob_size, 0}
    assert whole.sum() == blob_size or not part.any()


def test_without_entries_or_bytes_there_are_no_shares():
    assert Positions().shares(np.array([512]), is_whole=True).tolist() == [0]
    assert positions_of([(100, 1024)])[0].shares(np.zeros(0, np.int64), is_whole=True).tolist() == []
