"""Images on their way into a registry: every blob first, then the manifests, the exact bytes, children before parents.

From wherever the blobs come: another repository or registry (`plan_copy`, then `copy`), or a source on this machine
(`publish`).
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, InvalidDocument, UsageError
from layerscope.oci import media_types
from layerscope.oci.manifest import MAX_INDEX_DEPTH, Index
from layerscope.registry.blob_upload import Destination, push_blob
from layerscope.registry.blobs import open_blob
from layerscope.registry.manifest_upload import confirm, put_manifest
from layerscope.registry.manifests import fetch_manifest, find_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.manifest import Manifest
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.blob_upload import BlobOutcome, OpenBlob
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.manifests import FetchedManifest

    OnProgress = Callable[["BlobProgress"], None]

BLOBS_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class BlobProgress:
    """So many bytes of a blob have been sent; with an `outcome` it is done."""

    descriptor: Descriptor
    sent_size: int
    outcome: BlobOutcome | None = None


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What a copy will do: `fetched` is to be at `destination`, where at the moment `current` is, None for nothing."""

    source: Reference
    destination: Reference
    fetched: FetchedManifest
    current: Descriptor | None

    @property
    def is_done(self) -> bool:
        """Whether the destination is the same manifest already."""
        return self.current is not None and self.current.digest == self.fetched.descriptor.digest

    @property
    def replaces(self) -> bool:
        """Whether the destination is another manifest that will lose this tag."""
        return self.current is not None and not self.is_done


def plan_copy(
    client: RegistryClient, source: Reference, destination: Reference, platform: Platform | None = None
) -> CopyPlan:
    """What giving an image another tag, repository or registry comes to; nothing is written.

    With a platform, only that image of an index is meant. Raises `UsageError` for a destination with a digest,
    `InvalidDocument` for a manifest of Docker schema 1, `NotFound`, `RegistryError` or `TransportError`.
    """
    if destination.digest or not destination.tag:
        raise UsageError(f"`{destination}` is no tag: a digest cannot be chosen")
    fetched = fetch_manifest(client, source, mirrors=False)
    for _ in range(MAX_INDEX_DEPTH):
        if platform and isinstance(fetched.document, Index):
            entry = fetched.document.select(platform)
            fetched = fetch_manifest(client, source.with_digest(entry.digest), mirrors=False)
    return CopyPlan(source, destination, fetched, find_manifest(client, destination))


def copy(client: RegistryClient, plan: CopyPlan, on_progress: OnProgress = lambda _progress: None) -> Descriptor:
    """Do what was planned, and give what the destination is afterwards, read back.

    `on_progress` is called from several threads. Raises `VerificationError`, `RegistryError` or `TransportError`.
    """
    source, destination = plan.source, plan.destination
    if source.name != destination.name:
        mount_from = source.repository if source.domain == destination.domain else ""
        _Copy(source, Destination(client, destination, mount_from), on_progress).contents(plan.fetched)
    digest = put_manifest(client, destination, plan.fetched.data, plan.fetched.descriptor.media_type)
    return confirm(client, destination, digest)


def publish(
    destination: Destination,
    manifest: Manifest,
    data: bytes,
    open_blob: OpenBlob,
    on_progress: OnProgress = lambda _progress: None,
) -> Descriptor:
    """Store an image whose blobs `open_blob` gives, with `data` as its manifest; gives what is there, read back.

    Raises as `copy` does, and what `open_blob` raises.
    """
    _push_blobs(destination, manifest, open_blob, on_progress)
    digest = put_manifest(destination.client, destination.repository, data, manifest.media_type)
    return confirm(destination.client, destination.repository, digest)


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy from one repository to another one."""

    source: Reference
    destination: Destination
    on_progress: OnProgress

    def contents(self, fetched: FetchedManifest, depth: int = 0) -> None:
        """Copy all that a manifest or index needs to be complete."""
        if not isinstance(fetched.document, Index):
            _push_blobs(self.destination, fetched.document, self._open_blob, self.on_progress)
            return
        if depth >= MAX_INDEX_DEPTH:
            raise InvalidDocument(f"the image index of `{self.source}` is nested deeper than anything real")
        for entry in fetched.document.manifests:
            if entry.media_type in media_types.MANIFESTS | media_types.INDEXES:
                self._entry(entry, depth)
            else:  # as in the cache of BuildKit, whose index lists layers
                _push(self.destination, entry, self._open_blob, self.on_progress)

    def _entry(self, entry: Descriptor, depth: int) -> None:
        client, repository = self.destination.client, self.destination.repository
        fetched = fetch_manifest(client, self.source.with_digest(entry.digest), mirrors=False)
        self.contents(fetched, depth + 1)
        put_manifest(client, repository.with_digest(entry.digest), fetched.data, fetched.descriptor.media_type)

    def _open_blob(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        return open_blob(self.destination.client, self.source, descriptor)


def _push_blobs(destination: Destination, manifest: Manifest, opener: OpenBlob, on_progress: OnProgress) -> None:
    """Push config and layers, several at once; layers that registries may not hold are left where they are."""
    layers = [layer for layer in manifest.layers if not (layer.urls and media_types.is_foreign(layer.media_type))]
    blobs = {descriptor.digest: descriptor for descriptor in (manifest.config, *layers)}
    failed = threading.Event()

    @contextmanager
    def open_unless_failed(descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        with opener(descriptor) as chunks:
            yield _until(failed, chunks)

    with ThreadPoolExecutor(BLOBS_AT_ONCE, thread_name_prefix="upload") as pool:
        futures = [
            pool.submit(_push, destination, descriptor, open_unless_failed, on_progress)
            for descriptor in blobs.values()
        ]
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
