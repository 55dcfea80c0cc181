"""`Hashing`: the digest of bytes that are computed on a thread beside the one that reads them."""

import functools
from concurrent.futures import Future, ThreadPoolExecutor

from layerscope.blobs.spare_cores import has_spare_core
from layerscope.oci import Digest

BATCH_SIZE = 1 << 21
"""Bytes that are hashed by one task. Fewer than that are hashed without a thread, which they would not be worth."""
_CHUNK_COST = 1 << 10
"""A chunk counts as at least that much: the memory is bounded however small the chunks are."""
_THREAD_COUNT = 4


class Hashing:
    """Computes a digest, with the algorithm of the expected one, or sha256 if that algorithm is unknown.

    If a core is spare, a full batch is hashed by a task while the next one is collected: hashing releases the lock of
    the interpreter. At most two batches exist, and no byte is copied. A task ends by itself, so nothing is left to end
    if reading stops.
    """

    def __init__(self, expected: Digest | None) -> None:
        self.algorithm = expected.algorithm if expected and expected.verifiable else "sha256"
        self._hasher = Digest(self.algorithm, "").hasher()
        self._batch: list[bytes] = []
        self._batch_size = 0
        self._task: Future[None] | None = None

    def update(self, chunk: bytes) -> None:
        """Take the next bytes; waits if the batch before the last one is not hashed yet."""
        if not self._batch and not has_spare_core():
            self._wait()
            self._hasher.update(chunk)
            return
        self._batch.append(chunk)
        self._batch_size += len(chunk) + _CHUNK_COST
        if self._batch_size >= BATCH_SIZE:
            self._wait()
            self._task = _pool().submit(self._hash, self._batch)
            self._batch, self._batch_size = [], 0

    def digest(self) -> Digest:
        """The digest of all bytes so far."""
        self._wait()
        self._hash(self._batch)
        self._batch, self._batch_size = [], 0
        return Digest(self.algorithm, self._hasher.hexdigest())

    def _wait(self) -> None:
        if self._task:
            self._task.result()
            self._task = None

    def _hash(self, chunks: list[bytes]) -> None:
        for chunk in chunks:
            self._hasher.update(chunk)


@functools.cache
def _pool() -> ThreadPoolExecutor:
    """The threads of all tasks; each task is short, and waits for nothing."""
    return ThreadPoolExecutor(_THREAD_COUNT, thread_name_prefix="digest")
