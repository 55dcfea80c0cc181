"""Resolve the image for a platform: root, indexes, manifest and config, each verified."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from layerscope.blobs.store import BlobStore, Root
from layerscope.blobs.tree import Visit, Walk
from layerscope.blobs.verified import Document, read
from layerscope.errors import NotFound
from layerscope.oci import Descriptor, Digest, Image, Index, Manifest, Platform, media_types


@dataclass(frozen=True, slots=True)
class Choice:
    """The manifest for a platform, and the indexes above it.

    `index` is the outermost index, None if the root is the manifest. `index_data` are its exact bytes, empty if a
    layout lists the platforms without an index of their own.
    """

    root: Root
    document: Document
    manifest: Manifest
    index: Index | None
    index_data: bytes
    warnings: tuple[str, ...]


def resolve(store: BlobStore, platform: Platform | None) -> Image:
    """The image for the platform; without `platform`, for this machine.

    Raises what `choose` raises, and what reading the config raises.
    """
    image = image_of(store, choose(store, platform))
    image.check_platform(platform)
    return image


def image_of(store: BlobStore, choice: Choice) -> Image:
    """The image of a manifest and its config; raises the errors of reading, and `InvalidDocument`."""
    config = read(store, choice.manifest.config, f"the config {choice.manifest.config.digest.short}").checked()
    return Image.assemble(
        store.name,
        choice.document.descriptor if choice.root.is_stored else None,
        choice.manifest,
        choice.document.data,
        config,
        index=choice.index,
        index_bytes=choice.index_data,
        is_export=choice.root.is_export,
        warnings=choice.warnings,
    )


def read_root(store: BlobStore) -> Document:
    """The manifest or index of a store that has one root; raises what `choose` raises."""
    return next(Descent(store, None).visits()).checked()


def choose(store: BlobStore, platform: Platform | None) -> Choice:
    """The manifest for a platform.

    Without `platform`, the manifest that fits this machine best is chosen. If the store lacks it, the next best is
    chosen, with a warning: stores may be sparse. Raises `NotFound`, `NoMatchingPlatform`, `InvalidDocument`,
    `VerificationError`, `SourceError`, `RegistryError` or `TransportError`.
    """
    descent = Descent(store, platform)
    outermost, *inner = descent.visits()
    document = (inner or [outermost])[-1].checked()
    assert isinstance(document.value, Manifest)
    root = next(root for root in descent.roots if root.descriptor.digest == outermost.entry.digest)
    index, data = (root.index, root.index_data) if root.index else _outermost_index(outermost)
    return Choice(root, document, document.value, index, data, root.warnings + tuple(descent.warnings))


class Descent:
    """Descends from the roots of a store to the manifest for a platform, and chooses an entry of each index.

    `warnings` are about entries that were skipped. Raises what `BlobStore.roots` raises.
    """

    def __init__(self, store: BlobStore, platform: Platform | None) -> None:
        self.roots = store.roots(platform)
        self.warnings: list[str] = []
        self._walk = Walk(store)
        self._platform = platform

    def visits(self) -> Iterator[Visit]:
        """The documents from the root to the manifest; each is read when the iteration reaches it.

        Raises the error of a visit that has one, after that visit, and `NoMatchingPlatform`.
        """
        if len(self.roots) == 1:
            visit = self._walk.visit(self.roots[0].descriptor, None, ())
        else:
            visit = self._into(Index(media_types.OCI_INDEX, tuple(root.descriptor for root in self.roots)), ())
        path: tuple[Digest, ...] = (visit.entry.digest,)
        yield visit
        while isinstance(index := visit.checked().value, Index):
            visit = self._into(index, path)
            path = (*path, visit.entry.digest)
            yield visit

    def _into(self, index: Index, path: tuple[Digest, ...]) -> Visit:
        """The entry of the index for the platform; without `platform`, entries that the store lacks are skipped."""
        left = index
        while True:
            entry = left.select(self._platform)
            visit = self._walk.visit(entry, index, path)
            others = tuple(item for item in left.manifests if item is not entry)
            left = replace(left, manifests=others)
            if self._platform or not isinstance(visit.error, NotFound) or not left.images:
                return visit
            self._note_missing(entry)

    def _note_missing(self, entry: Descriptor) -> None:
        of = f" for {entry.platform}" if entry.platform else ""
        self.warnings.append(f"the manifest {entry.digest.short}{of} is missing; another one of the index is shown")


def _outermost_index(visit: Visit) -> tuple[Index | None, bytes]:
    """The index that the image was chosen from, and its bytes if it is a document of the store."""
    if visit.index:
        return visit.index, b""
    document = visit.checked()
    return (document.value, document.data) if isinstance(document.value, Index) else (None, b"")
