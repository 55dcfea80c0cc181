"""One client of a registry for several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled

if TYPE_CHECKING:
    from layerscope.registry.client import RegistryClient


class SharedClient:
    """Makes the client in the first thread that needs it; closing it ends the waits of all threads."""

    def __init__(self, connect: Callable[[], RegistryClient]) -> None:
        self._connect = connect
        self._client: RegistryClient | None = None
        self._closed = False
        self._lock = threading.Lock()

    def get(self) -> RegistryClient:
        """The client; raises `Cancelled` once it is closed for good, and what making one raises."""
        with self._lock:
            if self._client is None:
                client = self._connect()
                self._client = client
                if self._closed:
                    client.close()
            if self._closed:
                raise Cancelled
            return self._client

    def interrupt(self) -> None:
        """End all reads with `Cancelled`; those that come later get a client of their own."""
        client, self._client = self._client, None
        if client:
            client.close()

    def close(self) -> None:
        """End all reads, also those that come later. Does not wait, not even for a client that is being made."""
        self._closed = True
        if self._client:
            self._client.close()
