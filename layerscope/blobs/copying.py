"""Copy the blobs of an image, several at once: the order, the progress and the first failure."""

import enum
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from layerscope.errors import Cancelled
from layerscope.oci import Descriptor

BLOBS_AT_ONCE = 3


class BlobOutcome(enum.Enum):
    """How a blob got to its destination."""

    PRESENT = "present"
    MOUNTED = "mounted"
    UPLOADED = "uploaded"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class BlobProgress:
    """The bytes of a blob that were sent so far; with an `outcome` the blob is finished."""

    descriptor: Descriptor
    sent_size: int
    outcome: BlobOutcome | None = None


OnProgress = Callable[[BlobProgress], None]
CopyBlob = Callable[[Descriptor, Callable[[int], None], Callable[[], None]], BlobOutcome]
"""Copies a blob. It gets a function for the number of bytes sent so far, and one to call for each chunk, which may
raise."""


def copy_blobs(blobs: Iterable[Descriptor], copy: CopyBlob, on_progress: OnProgress) -> None:
    """Copy these blobs; the first failure ends all copies, and is raised.

    `on_progress` is called from several threads.
    """
    failed = threading.Event()

    def check() -> None:
        if failed.is_set():
            raise Cancelled

    def run(blob: Descriptor) -> None:
        outcome = copy(blob, lambda size: on_progress(BlobProgress(blob, size)), check)
        on_progress(BlobProgress(blob, blob.size, outcome))

    with ThreadPoolExecutor(BLOBS_AT_ONCE, thread_name_prefix="copy") as pool:
        futures = [pool.submit(run, blob) for blob in blobs]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            failed.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
