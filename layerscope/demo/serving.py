"""Build and serve the sample image, for `layerscope demo`."""

from collections.abc import Iterator
from contextlib import contextmanager

from layerscope.demo.loopback_registry import LoopbackRegistry
from layerscope.demo.sample_image import NAME, build_sample_image


@contextmanager
def serve_sample_image(*, rate: int | None = None) -> Iterator[str]:
    """The reference of the sample image on a loopback registry that runs while the context lasts.

    `rate` limits each answer to that many bytes per second.
    """
    with LoopbackRegistry({NAME: build_sample_image()}, rate=rate) as registry:
        yield f"{registry.host}/{NAME}"
