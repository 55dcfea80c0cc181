"""Write whole images to a registry: first the blobs, then the manifests, children before parents.

The bytes come from any blob store: a repository (`plan_copy`) or a store on this machine (`plan_push`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.copying import BlobOutcome, OnProgress, copy_blobs
from layerscope.blobs.resolve import read_root
from layerscope.blobs.store import BlobStore
from layerscope.oci import Descriptor, Digest, Platform, Reference
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.client import RegistryClient
from layerscope.registry.publish.blob_upload import Destination, push_blob
from layerscope.registry.publish.manifest_upload import confirm, put_manifest


@dataclass(frozen=True, slots=True)
class Plan:
    """What a write will do: copy `contents` from a store to the destination, which is `current` now, None if it is new.

    With `is_tag` only a tag is written. Otherwise blobs of the manifest may be missing even if the tag exists.
    """

    store: BlobStore
    destination: Destination
    contents: CopySet
    current: Descriptor | None
    is_tag: bool = False

    @property
    def reference(self) -> Reference:
        """The tag that is written."""
        return self.destination.repository

    @property
    def digest(self) -> Digest:
        """The digest of the manifest or index that the destination will have."""
        return self.contents.root.descriptor.digest

    @property
    def is_done(self) -> bool:
        """Whether the destination already has this manifest."""
        return self.current is not None and self.current.digest == self.digest

    @property
    def replaced(self) -> Digest | None:
        """The digest that loses the tag, if any."""
        return self.current.digest if self.current and not self.is_done else None


def plan_copy(
    client: RegistryClient, source: Reference, destination: Reference, platform: Platform | None = None
) -> Plan:
    """The plan to copy an image to another tag, repository or registry; nothing is written.

    Without a platform, everything below the source is copied. The source may be read from mirrors, except for another
    tag in the same repository. Raises `UsageError` for a destination with a digest, and what `CopySet.of` raises.
    """
    target = Destination(client, destination, source.repository if source.domain == destination.domain else "")
    is_tag = source.name == destination.name
    store = RegistryStore(source, client, mirrors=not is_tag)
    contents = CopySet((read_root(store),)) if is_tag and not platform else CopySet.of(store, platform)
    if is_tag:
        contents = CopySet((contents.root,))
    return Plan(store, target, contents, find_manifest(client, destination), is_tag)


def plan_push(store: BlobStore, contents: CopySet, destination: Destination) -> Plan:
    """The plan to copy an image from a store to a registry; nothing is written.

    Raises `RegistryError` or `TransportError`.
    """
    return Plan(store, destination, contents, find_manifest(destination.client, destination.repository))


def publish(plan: Plan, on_progress: OnProgress = lambda _progress: None) -> Descriptor:
    """Carry out the plan; returns what the registry then has at the destination.

    `on_progress` is called from several threads. The first failure ends all uploads. Raises `VerificationError`,
    `RegistryError`, `TransportError`, and what `BlobStore.open` raises.
    """
    _push_blobs(plan, on_progress)
    client, repository = plan.destination.client, plan.reference
    *children, root = plan.contents.documents
    for child in children:
        target = repository.with_digest(child.descriptor.digest)
        put_manifest(client, target, child.data, child.descriptor.media_type)
    digest = put_manifest(client, repository, root.data, root.descriptor.media_type)
    return confirm(client, repository, digest)


def _push_blobs(plan: Plan, on_progress: OnProgress) -> None:
    def push(blob: Descriptor, on_sent: Callable[[int], None], check: Callable[[], None]) -> BlobOutcome:
        return push_blob(plan.destination, blob, plan.store, on_sent, check)

    copy_blobs(plan.contents.blobs, push, on_progress)
