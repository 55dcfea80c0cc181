"""How the explorer opens images and registries, with the logins, hosts and platforms of the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.blobs.store import BlobStore
from layerscope.oci import Image, Platform
from layerscope.registry.http.events import Listener

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.insight.base import Base
    from layerscope.registry.client import RegistryClient
    from layerscope.sources.engines.listing import Engine


@dataclass(frozen=True, slots=True)
class Opener:
    """`open_image` opens what a text names, `connect` makes a client for the registry of a domain.

    `memory` returns the cache of layers, if there is one. The listener gets what a registry's client reports, from any
    thread. All three are called in workers, so that the screen never waits; the first two raise `LayerscopeError`.
    `engines` returns those that are asked for their images at the start, `recent` returns the names that `remember` was
    called with. `options` are the words of the command line that say how to connect, without the login. `known_base`
    returns the base of an image if that is known without a request; a worker calls it. If it `uses_tables`, layers are
    listed by their tables of contents.
    """

    open_image: Callable[[str, Listener], BlobStore]
    connect: Callable[[str, Listener], RegistryClient]
    platform: Platform | None = None
    memory: Callable[[], LayerCache | None] = lambda: None
    engines: Callable[[], Sequence[Engine]] = tuple
    recent: Callable[[], list[str]] = list
    remember: Callable[[str], None] = lambda _name: None
    options: Sequence[str] = ()
    known_base: Callable[[Image], Base | None] = lambda _image: None
    uses_tables: bool = False
