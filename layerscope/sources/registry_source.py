"""An image in a registry, as a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.errors import InvalidDocument, VerificationError
from layerscope.oci.image import Image
from layerscope.oci.manifest import Index
from layerscope.registry.blobs import fetch_blob, open_blob
from layerscope.registry.manifests import fetch_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.manifests import FetchedManifest

MAX_INDEX_DEPTH = 8
"""Indexes within indexes; the specification knows no limit, real images need one or two."""


class RegistrySource:
    """An image in a registry. Its methods may be called from several threads at once."""

    def __init__(self, reference: Reference, client: RegistryClient) -> None:
        """`client` belongs to the source from here on: `close` closes it."""
        self._reference = reference
        self._client = client

    @property
    def name(self) -> str:
        """The reference in full."""
        return str(self._reference)

    def resolve(self, platform: Platform | None) -> Image:
        """Fetch and verify manifest and config, through as many indexes as lie before the manifest.

        Raises `NotFound`, `NoMatchingPlatform`, `InvalidDocument`, `VerificationError`, `RegistryError` or
        `TransportError`.
        """
        fetched = fetch_manifest(self._client, self._reference)
        index = fetched.document if isinstance(fetched.document, Index) else None
        warnings = fetched.warnings
        seen = {fetched.descriptor.digest}
        while isinstance(fetched.document, Index):
            entry = fetched.document.select(platform)
            if entry.digest in seen or len(seen) > MAX_INDEX_DEPTH:
                raise InvalidDocument(
                    f"the image index of `{self.name}` leads in a circle, or deeper than anything real"
                )
            seen.add(entry.digest)
            fetched = self._fetch_entry(entry)
            warnings += fetched.warnings
        manifest = fetched.document
        config = fetch_blob(self._client, self._reference, manifest.config)
        return Image.assemble(
            self.name, fetched.descriptor, manifest, fetched.data, config, index=index, warnings=warnings
        )

    def open_blob(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """The raw bytes of a blob of the repository, in chunks, not yet verified; a cut connection is resumed."""
        return open_blob(self._client, self._reference, descriptor)

    def close(self) -> None:
        """Close all connections; blobs in flight end with `Cancelled`."""
        self._client.close()

    def _fetch_entry(self, entry: Descriptor) -> FetchedManifest:
        fetched = fetch_manifest(self._client, self._reference.with_digest(entry.digest))
        if len(fetched.data) != entry.size:
            raise VerificationError(
                f"the manifest {entry.digest.short} has the wrong size: "
                f"want {entry.size} bytes, got {len(fetched.data)}"
            )
        return fetched
