"""The platforms that an image is there for, with what a pull of each costs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from layerscope.blobs.store import BlobStore, Root
from layerscope.blobs.tree import Walk
from layerscope.oci import Digest, Image, Manifest, Platform

MOST_PLATFORMS = 200
"""Each costs a request; real images have up to twenty."""


@dataclass(frozen=True, slots=True)
class PlatformChoice:
    """An image of an index: its platform, if the index says it, and its pull size; or the problem of its manifest."""

    platform: Platform | None
    digest: Digest
    size: int | None = None
    problem: str = ""


def platforms(store: BlobStore, image: Image, check: Callable[[], None] = lambda: None) -> list[PlatformChoice]:
    """The images of the index, and of the indexes in it; `check` is called before each read, and may raise."""
    return list(islice(_choices(store, image, check), MOST_PLATFORMS))


def _choices(store: BlobStore, image: Image, check: Callable[[], None]) -> Iterator[PlatformChoice]:
    walk = Walk(store, check)
    for entry in image.index.images if image.index else ():
        for visit in walk.visits(Root(entry)):
            if visit.error:
                yield PlatformChoice(visit.entry.platform, visit.entry.digest, problem=visit.error.message)
            elif visit.document and isinstance(visit.document.value, Manifest) and not visit.entry.is_attestation:
                size = sum(layer.size for layer in visit.document.value.layers)
                yield PlatformChoice(visit.entry.platform or entry.platform, visit.entry.digest, size)
