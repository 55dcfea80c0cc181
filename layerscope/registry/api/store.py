"""A repository of a registry as a `BlobStore` (distribution-spec, "Pull")."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

from layerscope.blobs.store import Root, Span, cut
from layerscope.blobs.tree import may_be_manifest
from layerscope.errors import NotFound
from layerscope.oci import Descriptor, Digest, Platform, Reference
from layerscope.oci.media_types import is_foreign
from layerscope.registry.api.blobs import open_blob
from layerscope.registry.api.foreign import open_foreign
from layerscope.registry.api.manifests import fetch_root, read_manifest
from layerscope.registry.client import RegistryClient


class RegistryStore:
    """The blobs of a repository, whose root is what a reference names. May be used by several threads."""

    def __init__(
        self, reference: Reference, client: RegistryClient, *, mirrors: bool = True, foreign_layers: bool = False
    ) -> None:
        """Without `mirrors` manifests come from the registry itself.

        With `foreign_layers` a foreign layer that the registry lacks is fetched from the URLs in its descriptor.
        """
        self._reference = reference
        self._client = client
        self._mirrors = mirrors
        self._foreign_layers = foreign_layers
        self._root: Root | None = None
        self._received: dict[Digest, bytes] = {}
        """The manifest of the reference: a second request may return another one."""

    @property
    def name(self) -> str:
        """The reference in full."""
        return str(self._reference)

    def roots(self, platform: Platform | None) -> tuple[Root]:  # noqa: ARG002 - a reference has one root for all platforms
        """The manifest or index that the reference names; it is fetched once and kept for `open`."""
        if self._root is None:
            self._root, data = fetch_root(self._client, self._reference, mirrors=self._mirrors)
            self._received[self._root.descriptor.digest] = data
        return (self._root,)

    @contextmanager
    def open(self, descriptor: Descriptor, span: Span | None = None) -> Iterator[Iterator[bytes]]:
        """The bytes of a blob or manifest of the repository; a lost connection is resumed."""
        if descriptor.digest in self._received:
            yield cut([self._received[descriptor.digest]], span)
            return
        opener = self._open_manifest if may_be_manifest(descriptor) else self._open_blob
        with ExitStack() as stack:
            yield opener(descriptor, span, stack)

    def stamp(self, descriptor: Descriptor) -> str | None:  # noqa: ARG002 - the digest alone decides
        """Empty: whatever a registry sends for a digest is checked when it is read."""
        return ""

    def close(self) -> None:
        """Close the client; blobs in flight end with `Cancelled`."""
        self._client.close()

    def _open_manifest(self, descriptor: Descriptor, span: Span | None, stack: ExitStack) -> Iterator[bytes]:
        """A manifest; if the registry has none, the blob, since a layer of an artifact may be a manifest."""
        reference = self._reference.with_digest(descriptor.digest)
        try:
            return cut([read_manifest(self._client, reference, mirrors=self._mirrors)], span)
        except NotFound as error:
            with suppress(NotFound):
                return stack.enter_context(open_blob(self._client, self._reference, descriptor, span))
            raise error from None

    def _open_blob(self, descriptor: Descriptor, span: Span | None, stack: ExitStack) -> Iterator[bytes]:
        try:
            return stack.enter_context(open_blob(self._client, self._reference, descriptor, span))
        except NotFound as error:
            if not is_foreign(descriptor.media_type):
                raise
            return stack.enter_context(self._open_foreign(descriptor, span, error))

    def _open_foreign(
        self, descriptor: Descriptor, span: Span | None, error: NotFound
    ) -> AbstractContextManager[Iterator[bytes]]:
        if not self._foreign_layers:
            raise NotFound(
                f"the foreign layer {descriptor.digest.short} is not in the registry",
                hint="to fetch it from the URLs in the manifest, use `--foreign-layers`",
            ) from error
        return open_foreign(self._client, descriptor, span)
