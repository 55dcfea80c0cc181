"""What else is lost if a manifest is deleted: its tags, and the indexes that contain it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from layerscope.blobs.tree import Visit, Walk
from layerscope.errors import InvalidDocument, NotFound, VerificationError
from layerscope.oci import Descriptor, Digest, Reference
from layerscope.oci.media_types import LEGACY, MANIFESTS
from layerscope.registry.api.listing import list_tags
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.api.paging import NamePage
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.client import RegistryClient

TAGS_AT_ONCE = 4
UNREADABLE = (NotFound, InvalidDocument, VerificationError)
"""Errors of one document, not of the registry."""


@dataclass(frozen=True, slots=True)
class DeletionCost:
    """The tags of a manifest, and the tags of the indexes that contain it and are `broken` without it.

    `incomplete` says why there may be more; it is empty if the lists are complete.
    """

    tags: tuple[str, ...]
    broken: tuple[str, ...] = ()
    incomplete: str = ""


def cost_of_deleting(client: RegistryClient, repository: Reference, digest: Digest) -> DeletionCost:
    """What the repository loses if the manifest of that digest is deleted.

    Looks up all tags and reads their indexes, several at once. An index without a tag cannot be found.
    Raises `NotFound`, `RegistryError` or `TransportError`.
    """
    listing = list_tags(client, repository)
    with ThreadPoolExecutor(TAGS_AT_ONCE, thread_name_prefix="tags") as pool:
        manifests = pool.map(lambda tag: find_manifest(client, repository.with_tag(tag)), listing.items)
        found = {tag: manifest for tag, manifest in zip(listing.items, manifests, strict=True) if manifest}
        indexes = {
            manifest.digest for manifest in found.values() if manifest.digest != digest and _may_be_index(manifest)
        }
        searches = {index: _IndexSearch(client, repository, digest) for index in indexes}
        contains = dict(
            zip(searches, pool.map(lambda index: searches[index].contains_wanted(index), searches), strict=True)
        )
    unread = (search.incomplete for search in searches.values())
    return DeletionCost(
        tuple(tag for tag, manifest in found.items() if manifest.digest == digest),
        tuple(tag for tag, manifest in found.items() if contains.get(manifest.digest)),
        next(filter(None, (listing.incomplete, _dropped(listing), *unread)), ""),
    )


class _IndexSearch:
    """Looks for a manifest below an index, without mirrors; `incomplete` says what could not be read."""

    def __init__(self, client: RegistryClient, repository: Reference, wanted: Digest) -> None:
        self._client = client
        self._repository = repository
        self._wanted = wanted
        self.incomplete = ""

    def contains_wanted(self, digest: Digest) -> bool:
        """Whether this digest names an index that contains the manifest, at any depth."""
        store = RegistryStore(self._repository.with_digest(digest), self._client, mirrors=False)
        try:
            (root,) = store.roots(None)
            visits = Walk(store, reads_manifests=False).visits(root)
            return any(self._is_wanted(visit) for visit in visits)
        except UNREADABLE as error:
            self.incomplete = error.message
            return False

    def _is_wanted(self, visit: Visit) -> bool:
        if visit.index and visit.entry.digest == self._wanted:
            return True
        if isinstance(visit.error, UNREADABLE):
            self.incomplete = visit.error.message
        elif visit.error:
            raise visit.error
        return False


def _may_be_index(descriptor: Descriptor) -> bool:
    """Whether it is an index, or has a media type that does not say what it is."""
    return descriptor.media_type not in MANIFESTS | LEGACY


def _dropped(listing: NamePage) -> str:
    return f"{listing.dropped_count} names are not valid tags" if listing.dropped_count else ""
