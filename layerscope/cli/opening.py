"""From what the user asked for to an image: the source is opened, read beside the main thread, and closed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerscope.insight.image_facts import ImageFacts
    from layerscope.oci.image import Image
    from layerscope.oci.platform import Platform
    from layerscope.registry.client import RegistryClient
    from layerscope.sources.source import ImageSource


@dataclass(frozen=True, slots=True)
class Connection:
    """What the user allows for hosts; each is `host[:port]`."""

    plain_http: tuple[str, ...] = ()
    insecure: tuple[str, ...] = ()

    def client(self) -> RegistryClient:
        """A client for registries that keeps to it."""
        from layerscope.registry.client import RegistryClient
        from layerscope.registry.hosts import HostOptions, Hosts

        options = HostOptions(plain_http=frozenset(self.plain_http), insecure=frozenset(self.insecure))
        return RegistryClient(Hosts(options))


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """Which image the user wants, and how to reach it."""

    text: str
    platform: Platform | None = None
    connection: Connection = Connection()

    def check(self) -> None:
        """Refuse what can be told from the text alone, before anything slow is imported; raises `UsageError`."""
        from layerscope.sources.open import registry_reference

        registry_reference(self.text)

    def open(self) -> ImageSource:
        """The source; nothing is fetched yet. Raises `UsageError` or `SourceError`."""
        from layerscope.sources.open import open_source

        return open_source(self.text, connect=self.connection.client)

    def resolve(self) -> Image:
        """The image by its manifest and config alone; no layer is fetched."""
        with closing(self.open()) as source:
            from layerscope.cli.work import interruptible

            return interruptible(lambda _cancellation: source.resolve(self.platform), source.close)

    def load(self) -> ImageFacts:
        """The image with all its layers, progress on standard error."""
        with closing(self.open()) as source:
            from layerscope.cli.progress import LoadProgress
            from layerscope.cli.work import interruptible
            from layerscope.insight.image_facts import ImageFacts
            from layerscope.loading import load

            with LoadProgress() as progress:
                loaded = interruptible(
                    lambda cancellation: load(source, self.platform, progress.show, cancellation), source.close
                )
            return ImageFacts.of(loaded.image, loaded.contents)
