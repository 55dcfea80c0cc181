"""What the C library does with large blocks that are freed."""

import ctypes
import resource
import subprocess
import sys

import pytest

PAGES = (4 << 20) // resource.getpagesize()
TIMES = 20
SCRIPT = f"""
import resource, sys
import numpy as np
from layerscope import memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

getattr(memory, sys.argv[1])()
before = faults()
for _ in range({TIMES}):
    np.ones(4 << 20, np.uint8)
print(faults() - before)
"""


def page_faults(setting):
    """The page faults of a row of blocks, each freed before the next, in a process of its own: heaps differ."""
    command = [sys.executable, "-c", SCRIPT, setting]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this C library has no mallopt")
def test_blocks_are_kept_for_the_next_query_or_returned():
    assert page_faults("reuse_large_blocks") < 4 * PAGES
    assert page_faults("return_large_blocks") > (TIMES - 1) * PAGES / 16  # pages may be huge
