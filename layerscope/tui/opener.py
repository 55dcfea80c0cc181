"""How the explorer gets at images and registries: what the command line has said about logins, hosts and platforms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.blobs.store import BlobStore
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.oci.platform import Platform
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.http.events import Listener


@dataclass(frozen=True, slots=True)
class Opener:
    """`open_image` opens what a text names, `connect` makes a client for the registry of a domain.

    `memory` returns the layers that were read before, if any. What a registry's client has to say goes to the listener,
    from any thread. All are called in workers, so that the screen is there before anything slow is; the first two raise
    `LayerscopeError`.
    """

    open_image: Callable[[str, Listener], BlobStore]
    connect: Callable[[str, Listener], RegistryClient]
    platform: Platform | None = None
    memory: Callable[[], LayerCache | None] = lambda: None
