"""The image of a registry, or, if the registry fails, what this machine has by the same name."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, NoReturn

from layerscope.blobs.store import BlobStore, Root, Span
from layerscope.display import display
from layerscope.errors import CredentialsError, LayerscopeError, NotFound, RegistryError, TransportError
from layerscope.oci import Descriptor, Platform

_FAILURES = (NotFound, RegistryError, TransportError, CredentialsError)


class FallbackStore:
    """A `BlobStore` that asks a registry first. Nothing else is looked at if the registry has the image.

    `search` returns the texts that name the image on this machine. If there is one, `open_local` opens it, and `notify`
    gets a sentence that says so. If there are several, or there is no `notify`, the hint of the registry's error lists
    them. `remark` is how the message of that error starts, and how its hint starts if there is none.
    """

    def __init__(
        self,
        first: BlobStore,
        search: Callable[[threading.Event], tuple[str, ...]],
        open_local: Callable[[str], BlobStore],
        notify: Callable[[str], None] | None,
        remark: tuple[str, str] = ("", ""),
    ) -> None:
        self._store = first
        self._search = search
        self._open_local = open_local
        self._notify = notify
        self._claim, self._remark = remark
        self._is_first = True
        self._closed = threading.Event()

    @property
    def name(self) -> str:
        """The name of the image that is open."""
        return self._store.name

    def roots(self, platform: Platform | None) -> tuple[Root, ...]:
        """The roots of the registry's image, or of the one that was found instead; raises the error of the registry."""
        try:
            return self._store.roots(platform)
        except _FAILURES as error:
            if not self._is_first:
                raise
            self._replace(error)
        return self._store.roots(platform)

    def open(self, descriptor: Descriptor, span: Span | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a blob."""
        return self._store.open(descriptor, span)

    def stamp(self, descriptor: Descriptor) -> str | None:
        """A text that changes when the blob does."""
        return self._store.stamp(descriptor)

    def close(self) -> None:
        """Close what is open, and end a search."""
        self._closed.set()
        self._store.close()

    def _replace(self, error: LayerscopeError) -> None:
        """Open what is found instead; raises the error if that is nothing, or not one thing."""
        found = self._search(self._closed)
        if len(found) != 1 or self._notify is None:
            error.message = "; read as a reference: ".join(filter(None, (self._claim, error.message)))
            error.hint = _choice(found) if found else "; ".join(filter(None, (self._remark, error.hint))) or None
            raise error
        other = self._open_local(found[0])
        self._notify(f"{error.message}; `{display(found[0])}` is opened instead")
        self._store.close()
        self._store, self._is_first = other, False
        if self._closed.is_set():
            other.close()


def _choice(found: tuple[str, ...]) -> str:
    return "use " + " or ".join(f"`{display(text)}`" for text in found)


class NoStore:
    """The store of a name that no registry can have; `reason` says why."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self._reason = reason

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        """Raise `NotFound`."""
        raise NotFound(self._reason)

    roots = open = stamp = _refuse

    def close(self) -> None:
        """There is nothing to close."""
