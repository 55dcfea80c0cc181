"""Return freed memory to the system: glibc keeps the memory that a big image needed only for a moment."""

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE, _HUGE = 1 << 20, 32 << 20


def return_large_blocks() -> None:
    """Make the C library map each large block separately, and use one heap for all threads (mallopt(3)).

    By default glibc raises its threshold for "large" to 32 MiB as blocks are freed. The temporary columns of a big
    image then leave holes of twice the size of the final columns. Does nothing if the C library has no `mallopt`.
    """
    _call("mallopt", _M_MMAP_THRESHOLD, _LARGE)
    _call("mallopt", _M_TRIM_THRESHOLD, _LARGE)
    _call("mallopt", _M_ARENA_MAX, 1)


def reuse_large_blocks() -> None:
    """Make the C library keep large blocks, for a program that asks the columns of an image one query after another.

    Each query needs blocks of the same sizes. A block that is mapped again costs a page fault for each page. That
    takes as long as the query itself.
    """
    _call("mallopt", _M_MMAP_THRESHOLD, _HUGE)
    _call("mallopt", _M_TRIM_THRESHOLD, 2 * _HUGE)


def return_small_blocks() -> None:
    """Return the empty pages of the heap, wherever they are (malloc_trim(3)).

    A layer is read in batches of columns. Each batch is smaller than a large block, but together they take as much
    memory as the final columns. Does nothing if the C library has no `malloc_trim`.
    """
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    function = getattr(ctypes.CDLL(None), name, None)
    if function is not None:
        function(*arguments)
