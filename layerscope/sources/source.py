"""The seam between an image and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.image import Image, Layer
    from layerscope.oci.platform import Platform


class ImageSource(Protocol):
    """Where one image comes from. Its methods may be called from several threads at once."""

    @property
    def name(self) -> str:
        """The image as the user would name it, safe for display: `localhost:5000/app:latest`, `oci:DIR:TAG`."""

    def resolve(self, platform: Platform | None) -> Image:
        """Fetch and verify the manifest (through an index, if there is one) and the config.

        Raises `NotFound`, `NoMatchingPlatform`, `InvalidDocument`, `VerificationError`, `SourceError`,
        `RegistryError` or `TransportError`.
        """

    def open_blob(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """The raw bytes of a blob of that image, in chunks, not yet verified.

        Raises the same errors as `resolve`, also from within the iteration. Leaving the context frees the connection
        or file at once.
        """

    def roots(self, platform: Platform | None) -> tuple[Descriptor, ...]:
        """The manifest or index that the image is, with the digest that it is kept under; nothing need fit it yet.

        Several where a layout lists an image for several platforms without an index of its own, of them the one for
        `platform` if that is wanted; none where the source has no manifest. Raises the same errors as `resolve`.
        """

    def open_manifest(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """As `open_blob`, for a manifest or index: one of `roots`, or one that another one lists."""

    def stamp(self, descriptor: Descriptor) -> str | None:
        """A text that stays the same as long as `open_blob` is sure to give the same bytes; None where nothing tells.

        It is empty where the digest alone is enough. Raises the same errors as `open_blob`.
        """

    def close(self) -> None:
        """Free connections and files; blobs in flight end with an error."""


@runtime_checkable
class LayerMemory(Protocol):
    """A source that knows what was read of its layers before. Its methods may be called from several threads."""

    def recall(self, layer: Layer) -> LayerContent | None:
        """What was read of the layer; None where it must be read."""

    def remember(self, layer: Layer, content: LayerContent) -> None:
        """Note what was read of a layer that could not be recalled."""


def resolve(source: ImageSource, platform: Platform | None) -> Image:
    """The image for that platform and no other; raises what `ImageSource.resolve` raises."""
    image = source.resolve(platform)
    image.check_platform(platform)
    return image
