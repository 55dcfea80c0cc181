"""Two images to compare: their arguments and options, and how commands open and load them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.completion import complete_image
from layerscope.cli.connection import Connection, connection_options
from layerscope.cli.console.progress import LoadState
from layerscope.cli.console.work import interruptible, with_progress
from layerscope.cli.image_request import ImageRequest, cache_is_used, reading_options
from layerscope.cli.options import Number, platform_option
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.blobs.store import BlobStore
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.insight.image_diff import ImageDiff
    from layerscope.loading import LoadedImage
    from layerscope.oci import Image, Platform


@dataclass(frozen=True, slots=True)
class OpenImage:
    """An image whose documents are read, its open store, and the layer cache, if it is used."""

    store: BlobStore
    image: Image
    memory: LayerCache | None


@dataclass(frozen=True, slots=True)
class ImagePair:
    """The images A and B. With a layer number, the image is compared as it was after that layer."""

    a: ImageRequest
    b: ImageRequest
    layer_a: int | None = None
    layer_b: int | None = None

    def check(self) -> None:
        """Check the arguments before slow modules are imported; raises `UsageError`.

        A login is never sent to a second registry, and standard input is read once.
        """
        from layerscope.sources.open import STDIN, registry_reference

        references = [registry_reference(request.text) for request in (self.a, self.b)]
        domains = {reference.domain for reference in references if reference}
        if self.a.connection.username and len(domains) > 1:
            raise UsageError(
                "`--username` is for one registry, but the images are in two", hint="log in with `docker login`"
            )
        if self.a.text == self.b.text == STDIN:
            raise UsageError("only one of the images can be read from standard input")

    @contextmanager
    def opened(self) -> Iterator[tuple[OpenImage, OpenImage]]:
        """Both images without their layers. The stores stay open in the context. Raises what `resolve` raises."""
        self.check()
        with opened(self.a, self.layer_a) as a, opened(self.b, self.layer_b) as b:
            yield a, b


@contextmanager
def opened(request: ImageRequest, layer: int | None = None) -> Iterator[OpenImage]:
    """An image without its layers; the store stays open in the context. Raises what `resolve` raises."""
    with closing(request.open()) as store:
        from layerscope.blobs.resolve import resolve

        image = interruptible(lambda _cancellation: resolve(store, request.platform), store.close)
        yield OpenImage(store, image if layer is None else image.up_to(layer), request.memory())


def load_pair(a: OpenImage, b: OpenImage) -> ImageDiff:
    """Read the layers of both images, shared ones once; progress goes to standard error."""
    from layerscope.insight.analysis import Analysis
    from layerscope.insight.image_diff import ImageDiff

    one = _load(a)
    other = _load(b, beside=one)
    return ImageDiff.of(*(Analysis.of(loaded.image, loaded.contents) for loaded in (one, other)))


def _load(opened: OpenImage, beside: LoadedImage | None = None) -> LoadedImage:
    from layerscope.loading import load_beside

    known = beside.contents if beside else ()
    work = partial(load_beside, opened.store, opened.image, known, opened.memory)
    return with_progress(LoadState(), work, opened.store.close)


def close_all(stores: Iterable[BlobStore]) -> None:
    """Close the stores, which ends reads that wait."""
    for store in stores:
        store.close()


def pair_command(function: Callable[..., None]) -> Callable[..., None]:
    """A command that reads the layers of two images A and B; the function gets an `ImagePair`."""

    @wraps(function)
    def command(  # noqa: PLR0913 - as many as the command has options
        *,
        a: str,
        b: str,
        platform: Platform | None,
        platform_a: Platform | None,
        platform_b: Platform | None,
        layer_a: int | None,
        layer_b: int | None,
        connection: Connection,
        foreign_layers: bool,
        no_cache: bool,
        **own: Any,
    ) -> None:
        one, other = (
            ImageRequest(
                text,
                of_image or platform,
                connection,
                foreign_layers,
                uses_cache=cache_is_used(connection, no_cache=no_cache),
                is_strict=True,
            )
            for text, of_image in ((a, platform_a), (b, platform_b))
        )
        function(ImagePair(one, other, layer_a, layer_b), **own)

    decorated = _side_options(reading_options(command))
    both = "The platform, if A or B is an image index."
    decorated = platform_option(connection_options(decorated), summary=both)
    for name in ("b", "a"):
        decorated = click.argument(name, shell_complete=complete_image)(decorated)
    return decorated


def _side_options(function: Callable[..., None]) -> Callable[..., None]:
    """The platform and the layer of each image."""
    for name in ("b", "a"):
        shown = name.upper()
        help_text = f"Compare {shown} as it was after layer N."
        function = click.option(f"--layer-{name}", type=Number(min=0), metavar="N", help=help_text)(function)
        function = platform_option(function, f"--platform-{name}", f"The platform of {shown} alone.")
    return function
