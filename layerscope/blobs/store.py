"""`BlobStore`: the source of the blobs of one image. Manifests and indexes are blobs too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from layerscope.oci import Descriptor, Index, Platform


@dataclass(frozen=True, slots=True)
class Span:
    """`size` bytes of a blob, from `offset` on.

    If it `is_required`, a source that can only send the whole blob fails: else it sends the blob up to the span too.
    """

    offset: int
    size: int
    is_required: bool = False

    @property
    def end(self) -> int:
        """The offset of the first byte after the span."""
        return self.offset + self.size

    def within(self, size: int) -> Span:
        """The part of the span that lies in a blob of `size` bytes."""
        offset = min(self.offset, size)
        return Span(offset, min(self.size, size - offset), self.is_required)


@dataclass(frozen=True, slots=True)
class Root:
    """A manifest or index that identifies the image in its store.

    `descriptor` has the requested digest, else the digest of the bytes. `announced` is the descriptor that a registry
    promised for these bytes, if it differs. If `is_stored` is false, the store generated the manifest: the image has
    none, as in a docker-archive. If `is_export` is true, an engine wrote the image to a file, and may have decompressed
    its layers. `warnings` are sentences for the user.

    `index` lists the root, if the index is not a root itself. `index_data` are its exact bytes if the store lacks
    another of its manifests, as engines do; they are empty if a layout lists platforms without an index of their own.
    """

    descriptor: Descriptor
    announced: Descriptor | None = None
    is_stored: bool = True
    is_export: bool = False
    warnings: tuple[str, ...] = ()
    index: Index | None = None
    index_data: bytes = b""


class BlobStore(Protocol):
    """Where the blobs of one image come from. Its methods may be called from several threads at once."""

    @property
    def name(self) -> str:
        """The image as the user would name it, safe for display: `localhost:5000/app:latest`, `oci:DIR:TAG`."""

    def roots(self, platform: Platform | None) -> tuple[Root, ...]:
        """The manifest or index that the image is; at least one.

        There are several if a layout lists an image for several platforms without an index; `platform` then chooses.
        Raises `NotFound`, `NoMatchingPlatform`, `InvalidDocument`, `SourceError`, `RegistryError` or `TransportError`.
        """

    def open(self, descriptor: Descriptor, span: Span | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a blob, or of a span of it, in chunks, not verified.

        A span beyond the end is cut there. Leaving the context frees the connection or file at once. Raises `NotFound`,
        `SourceError`, `RegistryError` or `TransportError`, also while iterating.
        """

    def stamp(self, descriptor: Descriptor) -> str | None:
        """A text that stays the same as long as `open` returns the same bytes; None if the store cannot know.

        It is empty if the digest alone decides. Raises the same errors as `open`.
        """

    def close(self) -> None:
        """Free connections and files; blobs in flight end with an error."""


def cut(chunks: Iterable[bytes], span: Span | None) -> Iterator[bytes]:
    """The bytes of a span, for a store that reads blobs only from their start; without a span, all bytes."""
    if span is None:
        yield from chunks
        return
    position = 0
    for chunk in chunks:
        part = chunk[max(0, span.offset - position) : max(0, span.end - position)]
        position += len(chunk)
        if part:
            yield part
        if position >= span.end:
            return
