"""The only walk down an index: it handles depth, cycles, repeated entries and platforms."""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore, Root
from layerscope.blobs.verified import Document, read
from layerscope.errors import InvalidDocument, LayerscopeError
from layerscope.oci import Descriptor, Digest, Index, Platform, media_types

_Promise = tuple[Digest, int, str]
"""What an entry says about a document: digest, size, media type."""

MAX_INDEX_DEPTH = 8
"""Nested indexes above a manifest. The specification has no limit; real images need one or two."""
MAX_DOCUMENTS_SIZE = 64 * 1024 * 1024
"""Bytes of all documents below one root, which stay in memory; real images have some kilobytes."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A root, or an entry of an index, and what the store sent for it.

    `index` is the index that lists the entry, None for a root; `depth` counts the indexes above it. `document` is None
    if there is an `error`, if the entry was not read, or if it is a blob, neither manifest nor index by its media type.
    If the same document was promised before, the visit is a repeat, and nothing below it is visited again.
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
        """The document; raises `error` if it is set."""
        if self.error:
            raise self.error
        assert self.document
        return self.document


def may_be_manifest(entry: Descriptor) -> bool:
    """Whether an entry of an index is a manifest or an index."""
    return entry.media_type in media_types.MANIFESTS | media_types.INDEXES


class Walk:
    """Visits the documents below the roots of a store, and reads each once.

    `check` is called before each read and may raise. Without `reads_manifests` only roots and indexes are read.
    """

    def __init__(
        self, store: BlobStore, check: Callable[[], None] = lambda: None, *, reads_manifests: bool = True
    ) -> None:
        self._store = store
        self._check = check
        self._reads_manifests = reads_manifests
        self._visited: dict[_Promise, Visit] = {}
        self._heights: dict[_Promise, int] = {}
        self._size = 0

    def visits(self, root: Root, platform: Platform | None = None) -> Iterator[Visit]:
        """The root and everything below it, parents first; with `platform`, only the best entry of each index.

        If a document cannot be read, its visit has an error, and the walk goes on. Raises `NoMatchingPlatform`, and
        what `check` raises.
        """
        yield from self._below(root.descriptor, None, (), platform)

    def visit(self, entry: Descriptor, index: Index | None, path: tuple[Digest, ...]) -> Visit:
        """One entry; `path` has the digests of the indexes above it."""
        depth = len(path)
        if index and (not may_be_manifest(entry) or not (self._reads_manifests or _is_index(entry))):
            return Visit(entry, index, depth)
        if entry.digest in path:
            return _refused(entry, index, depth, f"the image index of `{self._store.name}` contains itself")
        found = self._found(entry, index, depth)
        if depth >= MAX_INDEX_DEPTH and _inner(found):
            return self._too_deep(entry, index, depth)
        return found

    def _below(
        self, entry: Descriptor, index: Index | None, path: tuple[Digest, ...], platform: Platform | None
    ) -> Generator[Visit, None, int]:
        """The visits; returns the number of nested indexes, the entry included, on the longest way down."""
        found, promise, depth = self.visit(entry, index, path), _promise(entry), len(path)
        inner, height = _inner(found), self._heights.get(promise, 0)
        if inner and depth + height > MAX_INDEX_DEPTH:
            found = self._too_deep(entry, index, depth)
        yield replace(found, is_repeat=False) if inner and not height else found
        if not inner or height:
            return height if inner else 0
        self._heights[promise] = 1
        for child in (inner.select(platform),) if platform else inner.manifests:
            below = yield from self._below(child, inner, (*path, entry.digest), platform)
            self._heights[promise] = max(self._heights[promise], 1 + below)
        return self._heights[promise]

    def _found(self, entry: Descriptor, index: Index | None, depth: int) -> Visit:
        """The visit of an entry, read now or remembered, whatever its depth."""
        promise = _promise(entry)
        if promise in self._visited:
            return replace(self._visited[promise], entry=entry, index=index, depth=depth, is_repeat=True)
        found = self._visited[promise] = self._read(entry, index, depth)
        return found

    def _read(self, entry: Descriptor, index: Index | None, depth: int) -> Visit:
        self._check()
        reading = read(self._store, entry, f"the {'index' if _is_index(entry) else 'manifest'} {entry.digest.short}")
        self._size += len(reading.data)
        if self._size > MAX_DOCUMENTS_SIZE:
            return _refused(entry, index, depth, f"`{self._store.name}` has more than 64 MiB of manifests")
        if reading.error:
            return Visit(entry, index, depth, reading.status, reading.error)
        try:
            return Visit(entry, index, depth, reading.status, None, Document.parse(reading.data, entry))
        except InvalidDocument as error:
            return Visit(entry, index, depth, BlobStatus.CORRUPT, error)

    def _too_deep(self, entry: Descriptor, index: Index | None, depth: int) -> Visit:
        message = f"`{self._store.name}` nests image indexes deeper than {MAX_INDEX_DEPTH} levels"
        return _refused(entry, index, depth, message)


def children_first(visits: Iterable[Visit]) -> Iterator[Visit]:
    """The same visits, each after everything below it: the order in which a registry accepts uploads."""
    open_visits: list[Visit] = []
    for visit in visits:
        while open_visits and open_visits[-1].depth >= visit.depth:
            yield open_visits.pop()
        open_visits.append(visit)
    yield from reversed(open_visits)


def _promise(entry: Descriptor) -> _Promise:
    return entry.digest, entry.size, entry.media_type


def _inner(found: Visit) -> Index | None:
    """The index that a visit read, if any."""
    return found.document.value if found.document and isinstance(found.document.value, Index) else None


def _is_index(entry: Descriptor) -> bool:
    return entry.media_type in media_types.INDEXES


def _refused(entry: Descriptor, index: Index | None, depth: int, message: str) -> Visit:
    return Visit(entry, index, depth, BlobStatus.CORRUPT, InvalidDocument(message))
