"""`ahead`: if a core is spare, a thread computes the next chunks while the caller works on the last ones."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

from layerscope.blobs.spare_cores import has_spare_core

BATCH_SIZE = 1 << 21
"""Bytes that are handed over at a time: to wake a thread costs as much as to inflate 50 kB."""


def ahead(chunks: Iterator[bytes]) -> Generator[bytes, None, None]:
    """The same chunks; errors of the iterator are raised here. Close it, else the thread stays.

    At most two batches exist, and no byte is copied. One batch alone is not worth a thread.
    """
    batch = _batch(chunks)
    if sum(map(len, batch)) < BATCH_SIZE:
        yield from batch
        return
    with ThreadPoolExecutor(1, "ahead") as pool:
        while batch:
            task = pool.submit(_batch, chunks) if has_spare_core() else None
            yield from batch
            batch = task.result() if task else _batch(chunks)


def _batch(chunks: Iterator[bytes]) -> list[bytes]:
    """The next chunks, up to a full batch."""
    batch: list[bytes] = []
    size = 0
    while size < BATCH_SIZE and (chunk := next(chunks, b"")):
        batch.append(chunk)
        size += len(chunk)
    return batch
