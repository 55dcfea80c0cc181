"""A source of an image on this machine as a `BlobStore`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from layerscope.blobs.store import Root, cut
from layerscope.blobs.tree import may_be_manifest
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerscope.blobs.store import Span
    from layerscope.oci.platform import Platform
    from layerscope.sources.source import ImageSource


class SourceStore:
    """The blobs of a source; a manifest that the source does not store is made from its image."""

    def __init__(self, source: ImageSource) -> None:
        self._source = source
        self._made: dict[Digest, bytes] = {}

    @property
    def name(self) -> str:
        """The name of the source."""
        return self._source.name

    def roots(self, platform: Platform | None) -> tuple[Root, ...]:
        """The roots of the source, or the manifest of its image."""
        roots = tuple(map(Root, self._source.roots(platform)))
        if roots:
            return roots
        image = self._source.resolve(platform)
        made = Descriptor(image.manifest.media_type, Digest.of(image.manifest_bytes), len(image.manifest_bytes))
        self._made[made.digest] = image.manifest_bytes
        return (Root(made, is_stored=False),)

    @contextmanager
    def open(self, descriptor: Descriptor, span: Span | None = None) -> Iterator[Iterator[bytes]]:
        """The bytes of a blob or manifest of the source."""
        if descriptor.digest in self._made:
            yield cut([self._made[descriptor.digest]], span)
            return
        opener = self._source.open_manifest if may_be_manifest(descriptor) else self._source.open_blob
        with opener(descriptor) as chunks:
            yield cut(chunks, span)

    def stamp(self, descriptor: Descriptor) -> str | None:
        """What the source says of the blob."""
        return self._source.stamp(descriptor)

    def close(self) -> None:
        """Close the source."""
        self._source.close()
