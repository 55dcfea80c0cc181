"""Give freed memory back to the system: glibc would keep what a big image needed only for a moment."""

from __future__ import annotations

import ctypes
import functools

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 1024 * 1024


@functools.cache
def return_large_blocks() -> None:
    """Tell the C library to map each large block by itself, and to keep no heap a thread (mallopt(3)).

    By default glibc raises its idea of "large" to 32 MiB as blocks are freed, and the columns of a big image, each made
    from temporary ones, leave holes of twice their own size. A C library without `mallopt` is left alone.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    mallopt(_M_MMAP_THRESHOLD, _LARGE)
    mallopt(_M_TRIM_THRESHOLD, _LARGE)
    mallopt(_M_ARENA_MAX, 1)


def return_small_blocks() -> None:
    """Give back the pages of the heap that nothing is left on, wherever they lie (malloc_trim(3)).

    The batches of columns that a layer is read in are no large blocks each, and take as much as the columns made of
    them. A C library without `malloc_trim` is left alone.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
