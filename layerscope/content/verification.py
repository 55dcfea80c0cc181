"""Check every byte of an image."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore
from layerscope.content.inventory import Inventory, Part, take_inventory
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.loading import Cancellation, LoadEvent, load_layers
from layerscope.oci import Digest, Layer, Platform

_Blob = tuple[Digest, int, str, Digest | None, bool]


@dataclass(frozen=True, slots=True)
class BlobsFound:
    """All documents are read; blobs of these sizes follow. Later events number them in this order."""

    sizes: tuple[int, ...]


def verify_image(
    store: BlobStore,
    platform: Platform | None,
    on_event: Callable[[BlobsFound | LoadEvent], None],
    cancellation: Cancellation,
) -> Inventory:
    """The parts of the image of a store, for all platforms or for one, each with its status.

    Blobs that several images share are read once, unless the images promise different sizes or digests. Raises what
    `take_inventory` raises.
    """
    inventory = take_inventory(store, platform, cancellation.check)
    blobs: dict[_Blob, Layer] = {}
    for part in inventory.parts:
        if part.layer:
            blobs.setdefault(_blob(part.layer), replace(part.layer, number=len(blobs)))
    on_event(BlobsFound(tuple(layer.descriptor.size for layer in blobs.values())))
    contents = load_layers(store, tuple(blobs.values()), None, on_event, cancellation, keep=_without_index)
    found = dict(zip(blobs, contents, strict=True))
    inventory.parts = [_judged(part, found[_blob(part.layer)]) if part.layer else part for part in inventory.parts]
    return inventory


def _blob(layer: Layer) -> _Blob:
    """Everything that determines the status."""
    descriptor = layer.descriptor
    return descriptor.digest, descriptor.size, descriptor.media_type, layer.diff_id, layer.is_changeset


def _judged(part: Part, content: LayerContent) -> Part:
    if content.status is BlobStatus.VERIFIED and part.lacks_diff_id:
        return replace(part, status=BlobStatus.UNVERIFIED, problem="the config has no diff_id to check it with")
    return replace(part, status=content.status, problem=content.problem)


def _without_index(content: LayerContent) -> LayerContent:
    return replace(content, index=LayerIndex(), start_points=None)
