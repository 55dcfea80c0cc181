"""A repository of a registry whose documents are kept, so that an image that was read opens without the network."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from layerscope.blobs.store import BlobStore, Root, Span
from layerscope.cache.document_cache import DocumentCache
from layerscope.errors import Offline, TransportError
from layerscope.oci import Descriptor, Digest, Platform, Reference
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE


class RememberingStore:
    """The store of an image in a registry; `documents` has the documents that were read before.

    A document with a known digest never changes: it is taken from the cache. A tag is looked up in the registry. With
    `offline` nothing is asked of the registry, and a tag is what it was at the last look.
    """

    def __init__(self, store: BlobStore, reference: Reference, documents: DocumentCache, *, offline: bool) -> None:
        self._store = store
        self._reference = reference
        self._documents = documents
        self._offline = offline
        self._roots: tuple[Root, ...] = ()
        self._known: dict[Digest, bytes] = {}
        """The root, if it was in the cache."""

    @property
    def name(self) -> str:
        """The reference in full."""
        return self._store.name

    def roots(self, platform: Platform | None) -> tuple[Root, ...]:
        """The manifest or index that the reference names."""
        if not self._roots:
            self._roots = self._find_roots(platform)
        return self._roots

    @contextmanager
    def open(self, descriptor: Descriptor, span: Span | None = None) -> Iterator[Iterator[bytes]]:
        """The bytes of a blob or document. Raises `Offline` if they are not in the cache."""
        is_document = span is None and _is_document(descriptor)
        data = self._get(descriptor.digest) if is_document else None
        if data is not None:
            yield iter([data])
            return
        if self._offline:
            what = "document" if is_document else "blob"
            raise Offline(
                f"the {what} {descriptor.digest.short} is not in the cache, and was not fetched: `--offline` is set",
                hint="only the registry has it: leave out `--offline`, or set LAYERSCOPE_OFFLINE=0",
            )
        with self._store.open(descriptor, span) as chunks:
            yield self._keeping(chunks, descriptor.digest) if is_document else chunks

    def stamp(self, descriptor: Descriptor) -> str | None:
        """As the registry has it: the digest alone decides."""
        return self._store.stamp(descriptor)

    def close(self) -> None:
        """Close the store of the registry."""
        self._store.close()

    def _find_roots(self, platform: Platform | None) -> tuple[Root, ...]:
        digest = self._reference.digest
        if digest:
            root = self._cached_root(digest)
            if root or self._offline:
                return (root or self._refuse(),)
        elif self._offline:
            return (self._root_of_tag(),)
        return self._asked_roots(platform)

    def _asked_roots(self, platform: Platform | None) -> tuple[Root, ...]:
        known = None if self._reference.digest else self._documents.tag(self._reference)
        try:
            roots = self._store.roots(platform)
        except TransportError as error:
            if known:
                tip = f"`--offline` opens the image as it was at {known.date}"
                error.hint = f"{error.hint}; {tip}" if error.hint else tip
            raise
        (root,) = roots
        if not self._reference.digest and not root.announced:
            self._documents.put_tag(self._reference, root.descriptor.digest)
        return roots

    def _root_of_tag(self) -> Root:
        known = self._documents.tag(self._reference)
        notice = (f"`--offline`: `{self.name}` is shown as it was at {known.date}",) if known else ()
        root = self._cached_root(known.digest, notice) if known else None
        return root or self._refuse()

    def _cached_root(self, digest: Digest, warnings: tuple[str, ...] = ()) -> Root | None:
        data = self._documents.get(digest)
        if data is None:
            return None
        self._known[digest] = data
        return Root(Descriptor("", digest, len(data)), warnings=warnings)

    def _refuse(self) -> Root:
        online = "LAYERSCOPE_OFFLINE=0 " if os.environ.get("LAYERSCOPE_OFFLINE") else ""
        hint = f"leave out `--offline` once: `{online}layerscope inspect {self._reference}`"
        raise Offline(f"`{self.name}` is not in the cache, and was not fetched: `--offline` is set", hint=hint)

    def _get(self, digest: Digest) -> bytes | None:
        return self._known[digest] if digest in self._known else self._documents.get(digest)

    def _keeping(self, chunks: Iterator[bytes], digest: Digest) -> Iterator[bytes]:
        """The same chunks; they are kept once all of them have come."""
        data = bytearray()
        for chunk in chunks:
            data += chunk[: MAX_DOCUMENT_SIZE + 1 - len(data)]
            yield chunk
        self._documents.put(digest, bytes(data))


def _is_document(descriptor: Descriptor) -> bool:
    """Whether it is a manifest, an index or a config: these are JSON, and small."""
    is_json = "json" in descriptor.media_type or not descriptor.media_type
    return is_json and descriptor.size <= MAX_DOCUMENT_SIZE
