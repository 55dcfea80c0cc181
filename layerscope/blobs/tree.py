"""The one walk down an index: depth, circles, repeated entries and platforms are decided here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.verified import Document, Reading, read
from layerscope.errors import InvalidDocument, LayerscopeError
from layerscope.oci import media_types
from layerscope.oci.manifest import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layerscope.blobs.store import BlobStore, Root
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.digest import Digest
    from layerscope.oci.platform import Platform

MAX_INDEX_DEPTH = 8
"""Indexes on the way to a manifest. The specification has no limit; real images need one or two."""
MAX_DOCUMENTS_SIZE = 64 * 1024 * 1024
"""Bytes of all documents below one root, which are kept in memory; real ones have some kilobytes."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A root, or an entry of an index, and what the store sent for it.

    `index` is the index that lists the entry, None for a root; `depth` counts the indexes above it. `document` is None
    if there is an `error`, if the entry was not read, and if it is a blob: neither manifest nor index by its media
    type. If the same document was promised before, the visit is a repeat, and nothing below it is visited again.
    """

    entry: Descriptor
    index: Index | None
    depth: int
    status: BlobStatus | None = None
    error: LayerscopeError | None = None
    document: Document | None = None
    is_repeat: bool = False

    @property
    def is_blob(self) -> bool:
        """Whether the entry is a blob: BuildKit's cache, for example, is an index of layers."""
        return self.index is not None and not may_be_manifest(self.entry)

    def checked(self) -> Document:
        """The document; raises the error if there is one."""
        if self.error:
            raise self.error
        assert self.document
        return self.document


def may_be_manifest(entry: Descriptor) -> bool:
    """Whether an entry of an index is a manifest or an index."""
    return entry.media_type in media_types.MANIFESTS | media_types.INDEXES


class Walk:
    """Visits what lies below the roots of a store; each document is read once, whatever lists it.

    `check` is called before each read and may raise. With `reads_manifests` off only roots and indexes are read.
    """

    def __init__(
        self, store: BlobStore, check: Callable[[], None] = lambda: None, *, reads_manifests: bool = True
    ) -> None:
        self._store = store
        self._check = check
        self._reads_manifests = reads_manifests
        self._visited: dict[tuple[Digest, int, str], Visit] = {}
        self._size = 0

    def visits(self, root: Root, platform: Platform | None = None) -> Iterator[Visit]:
        """The root and all below it, parents first; with a platform only the entry of each index that fits it.

        What cannot be read is a visit with an error, and the walk goes on. Raises `NoMatchingPlatform`, and what
        `check` raises.
        """
        yield from self._below(root.descriptor, None, (), platform)

    def visit(self, entry: Descriptor, index: Index | None, path: tuple[Digest, ...]) -> Visit:
        """One entry; `path` has the digests of the indexes above it."""
        depth = len(path)
        if index and (not may_be_manifest(entry) or not (self._reads_manifests or _is_index(entry))):
            return Visit(entry, index, depth)
        if entry.digest in path:
            return _refused(entry, index, depth, f"the image index of `{self._store.name}` contains itself")
        promise = entry.digest, entry.size, entry.media_type
        if promise in self._visited:
            return replace(self._visited[promise], entry=entry, index=index, depth=depth, is_repeat=True)
        found = self._visited[promise] = self._read(entry, index, depth)
        return found

    def _below(
        self, entry: Descriptor, index: Index | None, path: tuple[Digest, ...], platform: Platform | None
    ) -> Iterator[Visit]:
        found = self.visit(entry, index, path)
        yield found
        if found.is_repeat or not found.document or not isinstance(found.document.value, Index):
            return
        inner = found.document.value
        for child in (inner.select(platform),) if platform else inner.manifests:
            yield from self._below(child, inner, (*path, entry.digest), platform)

    def _read(self, entry: Descriptor, index: Index | None, depth: int) -> Visit:
        self._check()
        reading = read(self._store, entry, f"the {'index' if _is_index(entry) else 'manifest'} {entry.digest.short}")
        self._size += len(reading.data)
        if self._size > MAX_DOCUMENTS_SIZE:
            return _refused(entry, index, depth, f"`{self._store.name}` has more than 64 MiB of manifests")
        return self._parsed(reading, index, depth)

    def _parsed(self, reading: Reading, index: Index | None, depth: int) -> Visit:
        entry = reading.descriptor
        if reading.error:
            return Visit(entry, index, depth, reading.status, reading.error)
        try:
            document = Document.parse(reading.data, entry)
        except InvalidDocument as error:
            return Visit(entry, index, depth, BlobStatus.CORRUPT, error)
        if isinstance(document.value, Index) and depth >= MAX_INDEX_DEPTH:
            message = f"`{self._store.name}` nests image indexes deeper than {MAX_INDEX_DEPTH} levels"
            return _refused(entry, index, depth, message)
        return Visit(entry, index, depth, reading.status, None, document)


def children_first(visits: Iterable[Visit]) -> Iterator[Visit]:
    """The same visits, each after all that lie below it: the order in which a registry takes them."""
    open_visits: list[Visit] = []
    for visit in visits:
        while open_visits and open_visits[-1].depth >= visit.depth:
            yield open_visits.pop()
        open_visits.append(visit)
    yield from reversed(open_visits)


def _is_index(entry: Descriptor) -> bool:
    return entry.media_type in media_types.INDEXES


def _refused(entry: Descriptor, index: Index | None, depth: int, message: str) -> Visit:
    return Visit(entry, index, depth, BlobStatus.CORRUPT, InvalidDocument(message))
