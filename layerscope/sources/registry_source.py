"""An image in a registry, as a source."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from layerscope.blobs.resolve import resolve
from layerscope.registry.api.store import RegistryStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.image import Image
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient


class RegistrySource:
    """An image in a registry. Its methods may be called from several threads at once."""

    def __init__(self, reference: Reference, client: RegistryClient, *, foreign_layers: bool = False) -> None:
        """`client` belongs to the source from here on: `close` closes it."""
        self._store = RegistryStore(reference, client, foreign_layers=foreign_layers)

    @property
    def name(self) -> str:
        """The reference in full."""
        return self._store.name

    def resolve(self, platform: Platform | None) -> Image:
        """The image for that platform, manifest and config verified."""
        return resolve(self._store, platform)

    @contextmanager
    def open_blob(self, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        """The bytes of a blob of the repository, in chunks, not verified; a cut connection is resumed."""
        with self._store.open(descriptor) as chunks:
            yield chunks

    def roots(self, platform: Platform | None) -> tuple[Descriptor, ...]:
        """The manifest or index that the reference names; if the registry promised other bytes, that promise."""
        return tuple(root.announced or root.descriptor for root in self._store.roots(platform))

    @contextmanager
    def open_manifest(self, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        """The bytes of a manifest of the repository, not verified."""
        (root,) = self._store.roots(None)
        wanted = root.descriptor if descriptor == root.announced else descriptor
        with self._store.open(wanted) as chunks:
            yield chunks

    def stamp(self, descriptor: Descriptor) -> str | None:
        """Empty: whatever a registry sends for a digest is checked when it is read."""
        return self._store.stamp(descriptor)

    def close(self) -> None:
        """Close all connections; blobs in flight end with `Cancelled`."""
        self._store.close()
