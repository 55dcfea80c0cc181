"""Chunks of bytes in sizes that suit the next step."""

from collections.abc import Iterable, Iterator


def joined(chunks: Iterable[bytes], least_size: int) -> Iterator[bytes]:
    """The same bytes in chunks of at least `least_size`, except the last: tiny pieces cannot slow the work down."""
    waiting: list[bytes] = []
    waiting_size = 0
    for chunk in chunks:
        waiting.append(chunk)
        waiting_size += len(chunk)
        if waiting_size >= least_size:
            yield waiting[0] if len(waiting) == 1 else b"".join(waiting)
            waiting, waiting_size = [], 0
    if waiting_size:
        yield b"".join(waiting)


def blocks(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in blocks of exactly `size` bytes, except the last, however they were sent."""
    rest = b""
    for chunk in joined(chunks, size):
        data = rest + chunk
        whole = len(data) - len(data) % size
        yield from (data[start : start + size] for start in range(0, whole, size))
        rest = data[whole:]
    if rest:
        yield rest
