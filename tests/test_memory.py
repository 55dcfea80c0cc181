"""What the C library does with large blocks that are freed."""

import ctypes
import resource

import numpy as np
import pytest

from layerscope.memory import return_large_blocks, reuse_large_blocks

BLOCK = 4 << 20
PAGES = BLOCK // resource.getpagesize()
TIMES = 20


def faults():
    """The page faults of a row of blocks, each freed before the next."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(TIMES):
        np.ones(BLOCK, np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this C library has no mallopt")
def test_blocks_are_kept_for_the_next_query_or_returned():
    reuse_large_blocks()
    kept = faults()
    return_large_blocks()
    returned = faults()
    assert kept < 4 * PAGES
    assert returned > (TIMES - 1) * PAGES / 16  # pages may be huge
