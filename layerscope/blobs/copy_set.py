"""What has to be copied with an image: its manifest or index, all documents below it, and their blobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from layerscope.blobs.resolve import choose, image_of
from layerscope.blobs.store import BlobStore, Root
from layerscope.blobs.tree import Visit, Walk, children_first
from layerscope.blobs.verified import Document
from layerscope.errors import NotFound
from layerscope.oci import Descriptor, Digest, Manifest, Platform, media_types


@dataclass(frozen=True, slots=True)
class CopySet:
    """Manifests and indexes, each once, children before parents; and their blobs. The last document is the root."""

    documents: tuple[Document, ...]
    blobs: tuple[Descriptor, ...] = ()

    @property
    def root(self) -> Document:
        """The document above all others."""
        return self.documents[-1]

    @classmethod
    def of(cls, store: BlobStore, platform: Platform | None = None) -> CopySet:
        """The image for a platform; without a platform, the root of the store and everything below it.

        Without a platform, a store with several roots returns the image for this machine. Raises what
        `blobs.resolve.resolve` raises, for every document below the root.
        """
        roots = () if platform else store.roots(None)
        if any(root.index_data for root in roots):
            raise NotFound(f"`{store.name}` does not have all images of its index")
        return cls.below(store, roots[0]) if len(roots) == 1 else cls.image(store, platform)

    @classmethod
    def below(cls, store: BlobStore, root: Root) -> CopySet:
        """A root and everything below it."""
        documents: dict[Digest, Document] = {}
        blobs: dict[Digest, Descriptor] = {}
        for visit in children_first(_readable(Walk(store).visits(root))):
            if visit.document:
                documents.setdefault(visit.entry.digest, visit.document)
            for blob in _blobs_of(visit.document) if visit.document else (visit.entry,):
                blobs.setdefault(blob.digest, blob)
        return cls(tuple(documents.values()), tuple(blobs.values()))

    @classmethod
    def image(cls, store: BlobStore, platform: Platform | None = None) -> CopySet:
        """One image, without the index that lists it."""
        choice = choose(store, platform)
        if platform and not choice.index:  # the platform was not compared yet
            image_of(store, choice).check_platform(platform)
        blobs = {blob.digest: blob for blob in _blobs_of(choice.document)}
        return cls((choice.document,), tuple(blobs.values()))


def _readable(visits: Iterable[Visit]) -> Iterator[Visit]:
    """The same visits; raises the first error, and reads nothing after it."""
    for visit in visits:
        if visit.error:
            raise visit.error
        yield visit


def _blobs_of(document: Document) -> tuple[Descriptor, ...]:
    """The config and layers of a manifest; empty for an index."""
    manifest = document.value
    return (manifest.config, *filter(_may_be_in_registry, manifest.layers)) if isinstance(manifest, Manifest) else ()


def _may_be_in_registry(layer: Descriptor) -> bool:
    """Whether the layer may be in a registry; a foreign layer stays at the URLs in its descriptor."""
    return not (layer.urls and media_types.is_foreign(layer.media_type))
