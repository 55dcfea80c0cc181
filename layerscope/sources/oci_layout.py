"""Images in an OCI image layout (OCI image-spec image-layout.md), as a directory or inside an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import NotFound, SourceError
from layerscope.oci import media_types
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.manifest import Index, parse_manifest
from layerscope.oci.strict_json import parse_object
from layerscope.sources.file_store import read_document
from layerscope.sources.manifest_walk import FoundManifest, assemble, blob_name, find_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from layerscope.oci.image import Image
    from layerscope.oci.platform import Platform
    from layerscope.sources.file_store import FileStore
    from layerscope.sources.selector import ImageSelector

LAYOUT_FILE = "oci-layout"
INDEX_FILE = "index.json"
LAYOUT_VERSION = "1.0.0"
_NAME_ANNOTATIONS = ("org.opencontainers.image.ref.name", "io.containerd.image.name")


class OciLayoutSource:
    """The image of a layout that `selector` names, or the only one that there is; an `ImageSource`."""

    def __init__(self, store: FileStore, selector: ImageSelector, transport: str = "oci") -> None:
        self._store = store
        self._selector = selector
        self._transport = transport

    @property
    def name(self) -> str:
        """`oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]` or either with `@DIGEST`."""
        return f"{self._transport}:{self._store.location}{self._selector}"

    def resolve(self, platform: Platform | None) -> Image:
        """Check the layout, choose the image, then verify its manifest and config."""
        _check_layout(self._store)
        if self._selector.digest:
            found = find_manifest(self._store, _by_digest(self._store, self._selector), platform)
        else:
            found = self._find(read_index(self._store), platform)
        return assemble(self._store, self.name, found)

    def open_blob(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a blob, by its digest."""
        return self._store.open(blob_name(descriptor))

    def roots(self, platform: Platform | None) -> tuple[Descriptor, ...]:
        """Check the layout, and choose what the selector names."""
        _check_layout(self._store)
        if self._selector.digest:
            return (_by_digest(self._store, self._selector),)
        candidates, choice = self._chosen(read_index(self._store))
        return (choice.select(platform),) if choice and platform else candidates

    def open_manifest(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a manifest, by its digest."""
        return self._store.open(blob_name(descriptor))

    def stamp(self, descriptor: Descriptor) -> str | None:
        """A text that changes when the file does that holds a blob."""
        return self._store.stamp(blob_name(descriptor))

    def close(self) -> None:
        """Close the directory or archive."""
        self._store.close()

    def _find(self, index: Index, platform: Platform | None) -> FoundManifest:
        candidates, choice = self._chosen(index)
        return find_manifest(self._store, choice.select(platform) if choice else candidates[0], platform, choice)

    def _chosen(self, index: Index) -> tuple[tuple[Descriptor, ...], Index | None]:
        """The one entry that is meant, or those of an image for several platforms, and these as an index."""
        candidates = self._candidates(index)
        if len(candidates) == 1:
            return candidates, None
        if _differ_in_platform_only(candidates):
            return candidates, Index(index.media_type, candidates, index.annotations)
        raise _ambiguous(self._store.location, self._selector, candidates)

    def _candidates(self, index: Index) -> tuple[Descriptor, ...]:
        """The distinct images that the selector allows; raises `NotFound` or `SourceError` where there is none."""
        where, position = self._store.location, self._selector.position
        if position is not None:
            if position < len(index.manifests):
                return (index.manifests[position],)
            raise NotFound(f"`{where}` has {len(index.manifests)} entries, none at position {position}")
        if not index.images:
            raise SourceError(f"`{where}` holds no image{_what_else(index)}")
        chosen = {entry.digest: entry for entry in index.images if self._selector.matches(_names(entry))}
        if chosen:
            return tuple(chosen.values())
        wanted = display(str(self._selector.name), limit=100)
        raise NotFound(f"`{where}` has no image `{wanted}`", hint=_listing(index.images))


def read_index(store: FileStore) -> Index:
    """The layout's `index.json`; raises `InvalidDocument`, `NotFound` or `SourceError`."""
    document = parse_manifest(read_document(store, INDEX_FILE), media_types.OCI_INDEX)
    assert isinstance(document, Index)
    return document


def _check_layout(store: FileStore) -> None:
    if not store.has(LAYOUT_FILE):
        raise SourceError(f"`{store.location}` is not an OCI image layout: it has no `{LAYOUT_FILE}`")
    version = parse_object(read_document(store, LAYOUT_FILE), f"`{LAYOUT_FILE}`").get("imageLayoutVersion")
    if version != LAYOUT_VERSION:
        shown = display(str(version), limit=40)
        raise SourceError(f"`{store.location}` is an OCI image layout of version `{shown}`, not {LAYOUT_VERSION}")


def _by_digest(store: FileStore, selector: ImageSelector) -> Descriptor:
    """A descriptor for a manifest that no index need list: its size is what the store has."""
    assert selector.digest
    wanted = Descriptor("", selector.digest, 0)
    if not store.has(blob_name(wanted)):
        raise NotFound(f"`{store.location}` has no manifest {selector.digest.short}")
    return Descriptor("", selector.digest, store.size(blob_name(wanted)))


def _names(entry: Descriptor) -> frozenset[str]:
    return frozenset(entry.annotations[key] for key in _NAME_ANNOTATIONS if key in entry.annotations)


def _differ_in_platform_only(entries: tuple[Descriptor, ...]) -> bool:
    """Whether these are one image for several platforms, listed without an index of their own."""
    platforms = {entry.platform for entry in entries if entry.platform}
    return len(platforms) == len(entries) and len({_names(entry) for entry in entries}) == 1


def _ambiguous(where: str, selector: ImageSelector, entries: tuple[Descriptor, ...]) -> SourceError:
    if selector.name is not None:
        wanted = display(selector.name, limit=100)
        digests = ", ".join(f"`@{entry.digest}`" for entry in entries[:5])
        return SourceError(f"`{where}` has {len(entries)} images named `{wanted}`", hint=f"choose one: {digests}")
    return SourceError(f"`{where}` holds {len(entries)} images", hint=_listing(entries))


def _listing(entries: tuple[Descriptor, ...]) -> str:
    shown = [
        f"`:{display(min(names), limit=100)}`" if (names := _names(entry)) else f"`@{entry.digest}`"
        for entry in entries
    ]
    return "choose one: " + ", ".join(shown[:20]) + (", ..." if len(shown) > 20 else "")


def _what_else(index: Index) -> str:
    types = sorted({display(entry.media_type, limit=80) for entry in index.manifests})
    return ", only " + ", ".join(f"`{media_type}`" for media_type in types[:5]) if types else ": its index is empty"
