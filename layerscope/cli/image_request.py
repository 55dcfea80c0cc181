"""The IMAGE argument with its options, and how commands open, resolve and load it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.completion import complete_image
from layerscope.cli.connection import NO_OPTIONS, Connection, connection_options
from layerscope.cli.console.progress import LoadState
from layerscope.cli.console.work import interruptible, with_progress
from layerscope.cli.options import platform_option, shared_option
from layerscope.cli.settings import settings
from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.registry.http.events import Listener, Notice

if TYPE_CHECKING:
    from layerscope.blobs.store import BlobStore
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.insight.analysis import Analysis
    from layerscope.loading import Cancellation, LoadedImage
    from layerscope.oci import Image, Platform, Reference

_FOREIGN_LAYERS = shared_option(
    "--foreign-layers", group="Registry", is_flag=True, help="Fetch foreign layers from the URLs in the manifest."
)
_NO_CACHE = shared_option("--no-cache", group="Cache", is_flag=True, help="Do not use the cache.")
_WHOLE = shared_option(
    "--whole", group="Cache", is_flag=True, help="Read layers whole, even if they have a table of contents."
)


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """The image to read and how to connect to it; `stdin` is the file descriptor that the image `-` is read from.

    If `is_strict`, no image of this machine is opened in place of one that the registry does not have. If it
    `uses_tables`, layers of a registry are listed by their tables of contents, if they have one.
    """

    text: str
    platform: Platform | None = None
    connection: Connection = NO_OPTIONS
    foreign_layers: bool = False
    uses_cache: bool = True
    stdin: int = 0
    is_strict: bool = False
    uses_tables: bool = False

    @property
    def uses_stdin(self) -> bool:
        """Whether standard input has a password or an image, and so cannot be the keyboard."""
        from layerscope.sources.open import STDIN

        return self.connection.reads_stdin or self.text == STDIN

    def check(self) -> None:
        """Check the text of the reference before slow modules are imported; raises `UsageError`."""
        self.is_remote()

    def is_remote(self) -> bool:
        """Whether the image is in a registry; raises `UsageError`."""
        from layerscope.sources.open import registry_reference

        return registry_reference(self.text) is not None

    def open(self, listener: Listener | None = None) -> BlobStore:
        """Open the store; nothing is fetched yet. The listener is the one of `Connection.client`.

        Raises `UsageError` or `SourceError`.
        """
        from layerscope.sources.open import open_store

        def notify(sentence: str) -> None:
            from layerscope.cli.console.listening import show_event

            (listener or show_event)(Notice(sentence))

        connect = partial(self.connection.client, listener=listener)
        return open_store(
            self.text,
            connect=connect,
            foreign_layers=self.foreign_layers,
            stdin=self.stdin,
            notify=None if self.is_strict else notify,
            wrap=self._remembering if self.uses_cache else None,
        )

    def _remembering(self, store: BlobStore, reference: Reference) -> BlobStore:
        """The store of a registry, with the documents of the cache."""
        from layerscope.cache.location import documents_directory

        directory = documents_directory()
        if not directory:
            return store
        from layerscope.cache.document_cache import DocumentCache
        from layerscope.cache.remembering_store import RememberingStore

        return RememberingStore(store, reference, DocumentCache(directory), offline=self.connection.offline)

    def memory(self) -> LayerCache | None:
        """The cache of layers that were read before; None with `--no-cache`, or if there is no cache directory."""
        from layerscope.cache.layer_cache import MAX_SIZE, LayerCache
        from layerscope.cache.location import layers_directory

        directory = layers_directory() if self.uses_cache else None
        if directory is None:
            return None
        size = settings().cache_size
        return LayerCache(directory, size.value if size else MAX_SIZE)

    def resolve(self) -> Image:
        """The image with its manifest and config; no layer is fetched."""
        with closing(self.open()) as store:
            from layerscope.blobs.resolve import resolve

            return interruptible(lambda _cancellation: resolve(store, self.platform), store.close)

    def load(self, *, artifacts: bool = False) -> Analysis:
        """The image with all its layers; progress goes to standard error.

        Raises `UsageError` for an artifact, which has no file system; with `artifacts`, an artifact is loaded too.
        """
        with self.loaded(artifacts=artifacts) as (_, analysis):
            return analysis

    @contextmanager
    def loaded(self, *, artifacts: bool = False) -> Iterator[tuple[BlobStore, Analysis]]:
        """As `load`, with the store. The store stays open in the context, so that files can be read."""
        with closing(self.open()) as store:
            from layerscope.insight.analysis import Analysis
            from layerscope.loading import ImageResolved, LoadEvent, load

            def work(note: Callable[[LoadEvent], None], cancellation: Cancellation) -> LoadedImage:
                def on_event(event: LoadEvent) -> None:
                    if isinstance(event, ImageResolved) and not artifacts:
                        event.image.check_filesystem()
                    note(event)

                memory = self.memory()
                return load(store, self.platform, memory, on_event, cancellation, uses_tables=self.uses_tables)

            loaded = with_progress(LoadState(), work, store.close)
            yield store, Analysis.of(loaded.image, loaded.contents)


def image_command(function: Callable[..., None]) -> Callable[..., None]:
    """A command that reads the layers of IMAGE; the function gets an `ImageRequest` before its own arguments."""
    return _with_request(function, _FOREIGN_LAYERS, _NO_CACHE)


def listing_image_command(function: Callable[..., None]) -> Callable[..., None]:
    """As `image_command`, for a command that a table of contents is enough for; `--whole` reads the layers."""
    return _with_request(function, _FOREIGN_LAYERS, _NO_CACHE, _WHOLE)


def reading_options(function: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that reads layers: `--foreign-layers` and `--no-cache`."""
    return _FOREIGN_LAYERS(_NO_CACHE(function))


def cache_is_used(connection: Connection, *, no_cache: bool) -> bool:
    """Whether the options allow the cache; raises `UsageError` if they forbid both the cache and the network."""
    if no_cache and connection.offline:
        raise UsageError("`--offline` needs the cache", hint="leave out `--no-cache`")
    return not no_cache


def blob_command(function: Callable[..., None]) -> Callable[..., None]:
    """As `image_command`, for a command that does not use the cache."""
    return _with_request(function, _FOREIGN_LAYERS, uses_cache=False)


def document_command(function: Callable[..., None]) -> Callable[..., None]:
    """As `image_command`, for a command that reads no layers."""
    return _with_request(function, _NO_CACHE)


def listing_command(function: Callable[..., None]) -> Callable[..., None]:
    """As `image_command`, for a command that only asks the registry about an image."""
    return _with_request(function, uses_cache=False)


def _with_request(
    function: Callable[..., None], *options: Callable[..., Any], uses_cache: bool = True
) -> Callable[..., None]:
    @wraps(function)
    def command(  # noqa: PLR0913 - as many as the options are
        image: str,
        platform: Platform | None,
        connection: Connection,
        *,
        foreign_layers: bool = False,
        no_cache: bool = False,
        whole: bool = True,
        **own: Any,
    ) -> None:
        used = uses_cache and cache_is_used(connection, no_cache=no_cache)
        uses_tables = not whole
        request = ImageRequest(image, platform, connection, foreign_layers, uses_cache=used, uses_tables=uses_tables)
        function(request, **own)

    decorated: Callable[..., None] = command
    for option in reversed(options):
        decorated = option(decorated)
    return click.argument("image", shell_complete=complete_image)(platform_option(connection_options(decorated)))


def required_reference(text: str, hint: str = "") -> Reference:
    """The reference in a registry that `text` is; raises `UsageError` if it is something else."""
    from layerscope.sources.open import registry_reference

    reference = registry_reference(text)
    if reference is None:
        raise UsageError(
            f"`{display(text, limit=200)}` is not a reference in a registry",
            hint=hint or "write `HOST/NAME[:TAG]`, for example `localhost:5000/app`",
        )
    return reference
