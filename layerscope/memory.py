"""Return freed memory to the system: glibc keeps the memory that a big image needed only for a moment."""

import ctypes
import functools

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 1024 * 1024


@functools.cache
def return_large_blocks() -> None:
    """Make the C library map each large block separately, and use one heap for all threads (mallopt(3)).

    By default glibc raises its threshold for "large" to 32 MiB as blocks are freed. The temporary columns of a big
    image then leave holes of twice the size of the final columns. Does nothing if the C library has no `mallopt`.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    mallopt(_M_MMAP_THRESHOLD, _LARGE)
    mallopt(_M_TRIM_THRESHOLD, _LARGE)
    mallopt(_M_ARENA_MAX, 1)


def return_small_blocks() -> None:
    """Return the empty pages of the heap, wherever they are (malloc_trim(3)).

    A layer is read in batches of columns. Each batch is smaller than a large block, but together they take as much
    memory as the final columns. Does nothing if the C library has no `malloc_trim`.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
