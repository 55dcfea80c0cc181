"""Images on their way into a registry: every blob first, then the manifests, the exact bytes, children before parents.

From wherever the blobs come: another repository or registry (`plan_copy`, then `copy`), or a source on this machine
(`publish`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.errors import UsageError
from layerscope.oci.manifest import MAX_INDEX_DEPTH, Index
from layerscope.registry.api.blobs import open_blob
from layerscope.registry.api.manifests import fetch_manifest, find_manifest
from layerscope.registry.publish.blob_upload import Destination
from layerscope.registry.publish.contents import Contents, push_blobs
from layerscope.registry.publish.manifest_upload import confirm, put_manifest

if TYPE_CHECKING:
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.api.manifests import FetchedManifest
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.publish.blob_upload import OpenBlob
    from layerscope.registry.publish.contents import OnProgress


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


def plan_copy(
    client: RegistryClient, source: Reference, destination: Reference, platform: Platform | None = None
) -> CopyPlan:
    """What giving an image another tag, repository or registry comes to; nothing is written.

    What is copied is read from mirrors too, as all that is read; another tag in place concerns the registry itself.
    With a platform, only that image of an index is meant. Raises `UsageError` for a destination with a digest,
    `InvalidDocument` for a manifest of Docker schema 1, `NotFound`, `RegistryError` or `TransportError`.
    """
    if destination.digest or not destination.tag:
        raise UsageError(f"`{destination}` is no tag: a digest cannot be chosen")
    mirrors = source.name != destination.name
    fetched = fetch_manifest(client, source, mirrors=mirrors)
    for _ in range(MAX_INDEX_DEPTH):
        if platform and isinstance(fetched.document, Index):
            entry = fetched.document.select(platform)
            fetched = fetch_manifest(client, source.with_digest(entry.digest), mirrors=mirrors)
    return CopyPlan(source, destination, fetched, find_manifest(client, destination))


def copy(client: RegistryClient, plan: CopyPlan, on_progress: OnProgress = lambda _progress: None) -> Descriptor:
    """Do what was planned, and give what the destination is afterwards, read back.

    `on_progress` is called from several threads. Raises `VerificationError`, `RegistryError` or `TransportError`.
    """
    source, destination = plan.source, plan.destination
    place = Destination(client, destination, source.repository if source.domain == destination.domain else "")
    if source.name == destination.name:
        return _store(place, plan.fetched)

    def fetch(entry: Descriptor) -> FetchedManifest:
        return fetch_manifest(client, source.with_digest(entry.digest))

    contents = Contents.gather(plan.fetched, fetch)
    return publish(place, plan.fetched, contents, lambda blob: open_blob(client, source, blob), on_progress)


def publish(
    destination: Destination,
    root: FetchedManifest,
    contents: Contents,
    open_blob: OpenBlob,
    on_progress: OnProgress = lambda _progress: None,
) -> Descriptor:
    """Store a manifest or index with its contents, whose blobs `open_blob` gives; gives what is there, read back.

    Raises as `copy` does, and what `open_blob` raises.
    """
    push_blobs(destination, contents.blobs, open_blob, on_progress)
    for child in contents.documents:
        place = destination.repository.with_digest(child.descriptor.digest)
        put_manifest(destination.client, place, child.data, child.descriptor.media_type)
    return _store(destination, root)


def _store(destination: Destination, root: FetchedManifest) -> Descriptor:
    client, place = destination.client, destination.repository
    digest = put_manifest(client, place, root.data, root.descriptor.media_type)
    return confirm(client, place, digest)
