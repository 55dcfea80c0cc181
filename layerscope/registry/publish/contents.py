"""All that an image needs to be complete somewhere else: the documents below its manifest or index, and their blobs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, InvalidDocument
from layerscope.oci import media_types
from layerscope.oci.manifest import MAX_INDEX_DEPTH, Index
from layerscope.oci.verification import verify_size
from layerscope.registry.publish.blob_upload import push_blob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.digest import Digest
    from layerscope.registry.api.manifests import FetchedManifest
    from layerscope.registry.publish.blob_upload import BlobOutcome, Destination, OpenBlob

    Fetch = Callable[[Descriptor], FetchedManifest]
    OnProgress = Callable[["BlobProgress"], None]

BLOBS_AT_ONCE = 3
MAX_DOCUMENTS_SIZE = 64 * 1024 * 1024
"""Bytes of all documents of one index, which are kept until they are written; real ones have some kilobytes."""


@dataclass(frozen=True, slots=True)
class BlobProgress:
    """So many bytes of a blob have been sent; with an `outcome` it is done."""

    descriptor: Descriptor
    sent_size: int
    outcome: BlobOutcome | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """The manifests and indexes below a document, each once, children before parents, and the blobs of all of them."""

    documents: tuple[FetchedManifest, ...]
    blobs: tuple[Descriptor, ...]

    @classmethod
    def gather(cls, root: FetchedManifest, fetch: Fetch) -> Contents:
        """What is below `root`; `fetch` gives the documents, verified by their digest.

        Raises `InvalidDocument` where indexes are nested too deep or hold too much, `VerificationError`, and what
        `fetch` raises.
        """
        gathering = _Gathering(fetch)
        gathering.below(root)
        return cls(tuple(gathering.documents.values()), tuple(gathering.blobs.values()))


class _Gathering:
    """Follows the entries of indexes and notes what they lead to."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._size = 0
        self.documents: dict[Digest, FetchedManifest] = {}
        self.blobs: dict[Digest, Descriptor] = {}

    def below(self, document: FetchedManifest, depth: int = 0) -> None:
        if isinstance(document.document, Index):
            for entry in document.document.manifests:
                self._entry(entry, depth)
        else:
            for blob in (document.document.config, *filter(_may_be_held, document.document.layers)):
                self.blobs.setdefault(blob.digest, blob)

    def _entry(self, entry: Descriptor, depth: int) -> None:
        if entry.media_type not in media_types.MANIFESTS | media_types.INDEXES:
            self.blobs.setdefault(entry.digest, entry)  # as in the cache of BuildKit, whose index lists layers
            return
        if entry.digest in self.documents:
            return
        if depth >= MAX_INDEX_DEPTH or self._size > MAX_DOCUMENTS_SIZE:
            raise InvalidDocument("the image index is nested deeper, or holds more, than anything real")
        child = self._fetch(entry)
        verify_size(len(child.data), entry, f"the manifest {entry.digest.short}")
        self._size += len(child.data)
        self.below(child, depth + 1)
        self.documents[entry.digest] = child


def push_blobs(
    destination: Destination, blobs: Iterable[Descriptor], opener: OpenBlob, on_progress: OnProgress
) -> None:
    """Push blobs, several at once; `on_progress` is called from several threads. The first failure ends all."""
    failed = threading.Event()

    @contextmanager
    def open_unless_failed(descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        with opener(descriptor) as chunks:
            yield _until(failed, chunks)

    with ThreadPoolExecutor(BLOBS_AT_ONCE, thread_name_prefix="upload") as pool:
        futures = [pool.submit(_push, destination, blob, open_unless_failed, on_progress) for blob in blobs]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            failed.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _push(destination: Destination, descriptor: Descriptor, opener: OpenBlob, on_progress: OnProgress) -> None:
    outcome = push_blob(destination, descriptor, opener, lambda size: on_progress(BlobProgress(descriptor, size)))
    on_progress(BlobProgress(descriptor, descriptor.size, outcome))


def _until(failed: threading.Event, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, as long as no other blob of the image has failed."""
    for chunk in chunks:
        if failed.is_set():
            raise Cancelled
        yield chunk


def _may_be_held(layer: Descriptor) -> bool:
    """Whether registries may hold the layer; others are left where their addresses say."""
    return not (layer.urls and media_types.is_foreign(layer.media_type))
