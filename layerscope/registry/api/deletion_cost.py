"""What else is lost if a manifest is deleted: its tags, and the indexes that contain it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.blobs.tree import Walk
from layerscope.errors import InvalidDocument, NotFound, VerificationError
from layerscope.oci.media_types import LEGACY, MANIFESTS
from layerscope.registry.api.listing import list_tags
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.api.store import RegistryStore

if TYPE_CHECKING:
    from layerscope.blobs.tree import Visit
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.digest import Digest
    from layerscope.oci.reference import Reference
    from layerscope.registry.api.paging import NamePage
    from layerscope.registry.client import RegistryClient

LOOKS_AT_ONCE = 4
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
    with ThreadPoolExecutor(LOOKS_AT_ONCE, thread_name_prefix="tags") as pool:
        looks = pool.map(lambda tag: find_manifest(client, repository.with_tag(tag)), listing.items)
        found = {tag: look for tag, look in zip(listing.items, looks, strict=True) if look}
        others = {look.digest for look in found.values() if look.digest != digest and _may_be_index(look)}
        searches = {other: _IndexSearch(client, repository, digest) for other in others}
        holds = dict(zip(searches, pool.map(lambda other: searches[other].leads_there(other), searches), strict=True))
    unread = (search.incomplete for search in searches.values())
    return DeletionCost(
        tuple(tag for tag, look in found.items() if look.digest == digest),
        tuple(tag for tag, look in found.items() if holds.get(look.digest)),
        next(filter(None, (listing.incomplete, _dropped(listing), *unread)), ""),
    )


class _IndexSearch:
    """Looks for a manifest below an index, without mirrors; `incomplete` says what could not be read."""

    def __init__(self, client: RegistryClient, repository: Reference, wanted: Digest) -> None:
        self._client = client
        self._repository = repository
        self._wanted = wanted
        self.incomplete = ""

    def leads_there(self, digest: Digest) -> bool:
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
