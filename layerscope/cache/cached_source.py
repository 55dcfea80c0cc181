"""An image source that remembers what was read of its layers."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from layerscope.cache.layer_cache import LayerCache
    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.image import Image, Layer
    from layerscope.oci.platform import Platform
    from layerscope.sources.source import ImageSource


class CachedSource:
    """`source`, whose layers need not be read again where `cache` has them; an `ImageSource` and a `LayerMemory`."""

    def __init__(self, source: ImageSource, cache: LayerCache) -> None:
        self._source = source
        self._cache = cache
        self._stamps: dict[Layer, str] = {}
        """Of the layers that are being read, as they were before."""

    @property
    def name(self) -> str:
        """As of the source."""
        return self._source.name

    def resolve(self, platform: Platform | None) -> Image:
        """As of the source."""
        return self._source.resolve(platform)

    def open_blob(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """As of the source."""
        return self._source.open_blob(descriptor)

    def roots(self, platform: Platform | None) -> tuple[Descriptor, ...]:
        """As of the source."""
        return self._source.roots(platform)

    def open_manifest(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """As of the source."""
        return self._source.open_manifest(descriptor)

    def stamp(self, descriptor: Descriptor) -> str | None:
        """As of the source."""
        return self._source.stamp(descriptor)

    def close(self) -> None:
        """As of the source."""
        self._source.close()

    def recall(self, layer: Layer) -> LayerContent | None:
        """What reading the layer gave before, if that is sure to be what it would give again."""
        with suppress(LayerscopeError):  # a blob that is not there has no stamp; reading it says what is wrong
            stamp = self._source.stamp(layer.descriptor)
            if stamp is not None:
                self._stamps[layer] = stamp
                return self._cache.get(layer, stamp)
        return None

    def remember(self, layer: Layer, content: LayerContent) -> None:
        """Keep what reading the layer gave."""
        stamp = self._stamps.pop(layer, None)
        if stamp is not None:
            self._cache.put(layer, content, stamp)
