"""From what the user asked for to an image: the store is opened, read beside the main thread, and closed."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layerscope.blobs.store import BlobStore
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.insight.image_facts import ImageFacts
    from layerscope.oci.image import Image
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.http.events import Listener


@dataclass(frozen=True, slots=True)
class Connection:
    """How the user wants registries to be reached; each host is `host[:port]`."""

    plain_http: tuple[str, ...] = ()
    insecure: tuple[str, ...] = ()
    ca_files: tuple[Path, ...] = ()
    username: str = ""
    password: str = field(default="", repr=False)

    def client(self, domain: str, listener: Listener | None = None, *, read_only: bool = True) -> RegistryClient:
        """A client that keeps to it, and uses the login for that domain alone.

        What it has to say goes to the listener, or to standard error.
        """
        from layerscope.cli.console.listening import tell
        from layerscope.registry.auth.credentials import Credential
        from layerscope.registry.connect import connect
        from layerscope.registry.hosts.trust import HostOptions

        options = HostOptions(
            plain_http=frozenset(self.plain_http), insecure=frozenset(self.insecure), ca_files=self.ca_files
        )
        given = {domain: Credential(self.username, self.password)} if self.username else {}
        return connect(options, listener or tell, given, read_only=read_only)


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """Which image the user wants, and how to reach it; `stdin` is the file that `-` means."""

    text: str
    platform: Platform | None = None
    connection: Connection = Connection()
    foreign_layers: bool = False
    uses_cache: bool = True
    stdin: int = 0

    @property
    def uses_stdin(self) -> bool:
        """Whether standard input is a password or an image, and so no keyboard."""
        from layerscope.sources.open import STDIN

        return bool(self.connection.username) or self.text == STDIN

    def check(self) -> None:
        """Refuse what can be told from the text alone, before anything slow is imported; raises `UsageError`."""
        self.is_remote()

    def is_remote(self) -> bool:
        """Whether the image is in a registry; raises `UsageError`."""
        from layerscope.sources.open import registry_reference

        return registry_reference(self.text) is not None

    def open(self, listener: Listener | None = None) -> BlobStore:
        """The store; nothing is fetched yet. What its registry says goes to the listener, or to standard error.

        Raises `UsageError` or `SourceError`.
        """
        from layerscope.sources.open import open_store

        connect = partial(self.connection.client, listener=listener)
        return open_store(self.text, connect=connect, foreign_layers=self.foreign_layers, stdin=self.stdin)

    def memory(self) -> LayerCache | None:
        """The layers that were read before; None if the user does not want them, or has no home."""
        from layerscope.cache.layer_cache import LayerCache
        from layerscope.cache.location import layers_directory

        directory = layers_directory() if self.uses_cache else None
        return LayerCache(directory) if directory else None

    def resolve(self) -> Image:
        """The image by its manifest and config alone; no layer is fetched."""
        with closing(self.open()) as store:
            from layerscope.blobs.resolve import resolve
            from layerscope.cli.console.work import interruptible

            return interruptible(lambda _cancellation: resolve(store, self.platform), store.close)

    def load(self) -> ImageFacts:
        """The image with all its layers, progress on standard error."""
        with self.loaded() as (_, facts):
            return facts

    @contextmanager
    def loaded(self) -> Iterator[tuple[BlobStore, ImageFacts]]:
        """As `load`, and the store, which stays open for the bytes of files as long as the context lasts."""
        with closing(self.open()) as store:
            from layerscope.cli.console.progress import LoadState, Progress
            from layerscope.cli.console.work import interruptible
            from layerscope.insight.image_facts import ImageFacts
            from layerscope.loading import load

            memory = self.memory()
            with Progress(LoadState()) as progress:
                loaded = interruptible(
                    lambda cancellation: load(store, self.platform, memory, progress.note, cancellation),
                    store.close,
                    progress.draw,
                )
            yield store, ImageFacts.of(loaded.image, loaded.contents)


def needed_reference(text: str) -> Reference:
    """The reference that `text` is, for what only a registry can do; raises `UsageError`."""
    from layerscope.sources.open import registry_reference

    reference = registry_reference(text)
    if reference is None:
        raise UsageError(
            f"`{display(text, limit=200)}` is not in a registry", hint="name it as in `localhost:5000/app`"
        )
    return reference
