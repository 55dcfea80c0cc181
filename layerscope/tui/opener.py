"""How the explorer gets at images and registries: what the command line has said about logins, hosts and platforms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.oci.platform import Platform
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.http.events import Listener
    from layerscope.sources.source import ImageSource


@dataclass(frozen=True, slots=True)
class Opener:
    """`open_image` opens what a text names, `connect` makes a client for the registry of a domain.

    What a registry's client has to say goes to the listener, from any thread. Both are called in workers, so that the
    screen is there before anything slow is; both raise `LayerscopeError`.
    """

    open_image: Callable[[str, Listener], ImageSource]
    connect: Callable[[str, Listener], RegistryClient]
    platform: Platform | None = None
