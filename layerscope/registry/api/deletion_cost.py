"""What goes along when a manifest is deleted: its tags, and the indexes that contain it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.errors import InvalidDocument, NotFound, VerificationError
from layerscope.oci.manifest import MAX_INDEX_DEPTH, Index
from layerscope.oci.media_types import INDEXES, LEGACY, MANIFESTS
from layerscope.registry.api.listing import list_tags
from layerscope.registry.api.manifests import fetch_manifest, find_manifest

if TYPE_CHECKING:
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.digest import Digest
    from layerscope.oci.reference import Reference
    from layerscope.registry.api.paging import Listing
    from layerscope.registry.client import RegistryClient

LOOKS_AT_ONCE = 4
MAX_NESTED_INDEXES = 100
"""Indexes read for one tag; real ones hold none, or a few."""


@dataclass(frozen=True, slots=True)
class DeletionCost:
    """The tags that are the manifest, and the tags of indexes that contain it and are `broken` without it.

    `incomplete` says why there may be more, empty where there are not.
    """

    tags: tuple[str, ...]
    broken: tuple[str, ...] = ()
    incomplete: str = ""


def cost_of_deleting(client: RegistryClient, repository: Reference, digest: Digest) -> DeletionCost:
    """What deleting the manifest with that digest costs its repository.

    Every tag is looked at, and every index that is one is read, several at once; an index that has no tag cannot be
    found. Raises `NotFound`, `RegistryError` or `TransportError`.
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
    """Looks for a manifest in an index, and in those within it; `incomplete` says what could not be read of them."""

    def __init__(self, client: RegistryClient, repository: Reference, wanted: Digest) -> None:
        self._client = client
        self._repository = repository
        self._wanted = wanted
        self._read: set[Digest] = set()
        self.incomplete = ""

    def leads_there(self, digest: Digest, depth: int = 0) -> bool:
        """Whether what has this digest is an index that contains the manifest, at whatever depth."""
        if digest in self._read:
            return False
        if depth >= MAX_INDEX_DEPTH or len(self._read) >= MAX_NESTED_INDEXES:
            self.incomplete = "an index holds more indexes than anything real"
            return False
        self._read.add(digest)
        entries = self._entries(digest)
        if any(entry.digest == self._wanted for entry in entries):
            return True
        return any(self.leads_there(entry.digest, depth + 1) for entry in entries if entry.media_type in INDEXES)

    def _entries(self, digest: Digest) -> tuple[Descriptor, ...]:
        try:
            document = fetch_manifest(self._client, self._repository.with_digest(digest), mirrors=False).document
        except (NotFound, InvalidDocument, VerificationError) as error:
            self.incomplete = error.message
            return ()
        return document.manifests if isinstance(document, Index) else ()


def _may_be_index(descriptor: Descriptor) -> bool:
    """Whether it is an index, or of a kind that only its content tells."""
    return descriptor.media_type not in MANIFESTS | LEGACY


def _dropped(listing: Listing) -> str:
    return f"{listing.dropped_count} names are no tags" if listing.dropped_count else ""
