"""An image in a registry, as a source."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from layerscope.errors import InvalidDocument, NotFound
from layerscope.oci.image import Image
from layerscope.oci.manifest import MAX_INDEX_DEPTH, Index
from layerscope.oci.media_types import is_foreign
from layerscope.oci.verification import verify_size
from layerscope.registry.api.blobs import fetch_blob, open_blob
from layerscope.registry.api.foreign import open_foreign
from layerscope.registry.api.manifests import fetch_manifest, fetch_root, open_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.api.manifests import FetchedManifest
    from layerscope.registry.client import RegistryClient


class RegistrySource:
    """An image in a registry. Its methods may be called from several threads at once."""

    def __init__(self, reference: Reference, client: RegistryClient, *, foreign_layers: bool = False) -> None:
        """`client` belongs to the source from here on: `close` closes it.

        With `foreign_layers`, layers that the registry does not hold come from the addresses in the manifest.
        """
        self._foreign_layers = foreign_layers
        self._reference = reference
        self._client = client
        self._received: dict[Descriptor, bytes] = {}
        """What came for the reference: a second request may be answered with another manifest."""

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
        index, index_data = (fetched.document, fetched.data) if isinstance(fetched.document, Index) else (None, b"")
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
        return Image.assemble(
            self.name,
            fetched.descriptor,
            manifest,
            fetched.data,
            fetch_blob(self._client, self._reference, manifest.config),
            index=index,
            index_bytes=index_data,
            warnings=warnings,
        )

    @contextmanager
    def open_blob(self, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        """The raw bytes of a blob of the repository, in chunks, not yet verified; a cut connection is resumed.

        A foreign layer that the registry does not hold comes from its own addresses, if that was asked for.
        """
        with ExitStack() as stack:
            try:
                chunks = stack.enter_context(open_blob(self._client, self._reference, descriptor))
            except NotFound as error:
                if not is_foreign(descriptor.media_type):
                    raise
                chunks = stack.enter_context(self._open_foreign(descriptor, error))
            yield chunks

    def roots(self, platform: Platform | None) -> tuple[Descriptor, ...]:  # noqa: ARG002 - an index is for all platforms
        """What the reference is; it is fetched, and kept for `open_manifest`."""
        root, data = fetch_root(self._client, self._reference)
        descriptor = root.announced or root.descriptor
        self._received[descriptor] = data
        return (descriptor,)

    @contextmanager
    def open_manifest(self, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        """The bytes of a manifest of the repository, not yet verified."""
        if descriptor in self._received:
            yield iter([self._received[descriptor]])
            return
        with open_manifest(self._client, self._reference.with_digest(descriptor.digest)) as answer:
            yield answer.chunks()

    def stamp(self, descriptor: Descriptor) -> str | None:  # noqa: ARG002 - each digest is as good as any other
        """Empty: whatever a registry sends for a digest is verified when it is read."""
        return ""

    def close(self) -> None:
        """Close all connections; blobs in flight end with `Cancelled`."""
        self._client.close()

    def _open_foreign(self, descriptor: Descriptor, error: NotFound) -> AbstractContextManager[Iterator[bytes]]:
        if not self._foreign_layers:
            raise NotFound(
                f"the foreign layer {descriptor.digest.short} is not in the registry",
                hint="`--foreign-layers` gets it from the addresses in the manifest",
            ) from error
        return open_foreign(self._client, descriptor)

    def _fetch_entry(self, entry: Descriptor) -> FetchedManifest:
        fetched = fetch_manifest(self._client, self._reference.with_digest(entry.digest))
        verify_size(len(fetched.data), entry, f"the manifest {entry.digest.short}")
        return fetched
