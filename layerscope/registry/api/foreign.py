"""Layers that are not in the registry (image-spec descriptor.md, `urls`; "Non-Distributable Layers").

The URLs come from the manifest, which anybody may have written. So they and their redirects must be https to public
hosts, and no credential is sent (CVE-2020-15157).
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager

from layerscope.blobs.store import Span
from layerscope.errors import LayerscopeError, NotFound, RegistryError, TransportError
from layerscope.oci import Descriptor
from layerscope.registry.api.blobs import open_stream
from layerscope.registry.client import RegistryClient
from layerscope.registry.http.addresses import is_private, shown_host, web_url
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.transport import Request

MAX_URLS = 10


@contextmanager
def open_foreign(client: RegistryClient, descriptor: Descriptor, span: Span | None = None) -> Iterator[Iterator[bytes]]:
    """The bytes of a foreign layer, or of a span of it, not verified, from the first of its `urls` that works.

    Raises `NotFound` if it has no URL, else the error of the last one: `NotFound`, `RegistryError` or `TransportError`.
    """
    failure: LayerscopeError = NotFound(f"the foreign layer {descriptor.digest.short} has no URL")
    with ExitStack() as stack:
        for url in descriptor.urls[:MAX_URLS]:
            try:
                chunks = stack.enter_context(_open_url(client, descriptor, url, span))
                break
            except (NotFound, RegistryError, TransportError) as error:
                failure = error
        else:
            raise failure
        yield chunks


def check_foreign_url(url: str) -> None:
    """Raise `RegistryError` if a foreign layer must not be fetched from that URL."""
    parts = web_url(url)
    if not parts or parts.scheme != "https":
        raise RegistryError("the URL of a foreign layer is not https")
    if is_private(parts.hostname or ""):
        raise RegistryError(f"the URL of a foreign layer has a private address: `{shown_host(url)}`")


def _open_url(
    client: RegistryClient, descriptor: Descriptor, url: str, span: Span | None
) -> AbstractContextManager[Iterator[bytes]]:
    check_foreign_url(url)
    client.check_online(shown_host(url))

    def ask(headers: Mapping[str, str]) -> Answer:
        return client.retrier.send(Request("GET", url, headers, guard=check_foreign_url))

    return open_stream(ask, descriptor, shown_host(url), client.retrier.wait, span)
