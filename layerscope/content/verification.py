"""Check every byte of an image."""

from collections.abc import Callable
from dataclasses import replace

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore
from layerscope.content.inventory import Inventory, Part, take_inventory
from layerscope.content.kept_blobs import KeptBlobs
from layerscope.content.table_check import check_table
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.layers.toc.fetching import has_table
from layerscope.loading import BlobsFound, Cancellation, LoadEvent, load_layers
from layerscope.oci import Digest, Layer, Platform

_Blob = tuple[Digest, int, str, Digest | None, bool, tuple[tuple[str, str], ...]]


def verify_image(
    store: BlobStore,
    platform: Platform | None,
    on_event: Callable[[BlobsFound | LoadEvent], None],
    cancellation: Cancellation,
) -> Inventory:
    """The parts of the image of a store, for all platforms or for one, each with its status.

    Blobs that several images share are read once, unless the images promise different sizes or digests. If a layer has
    a table of contents, the table is compared with the layer, or a warning says why not. Raises what `take_inventory`
    raises.
    """
    kept = KeptBlobs(store, is_wanted=has_table)

    def keep(layer: Layer, content: LayerContent) -> LayerContent:
        """The verdict on a layer and its table, without its index."""
        if content.status is BlobStatus.VERIFIED and has_table(layer.descriptor):
            status, problem = check_table(kept, layer, content.index, cancellation.watch)
            content = replace(content, status=status, problem=problem)
            kept.forget(layer.descriptor)
        return replace(content, index=LayerIndex(), start_points=None)

    inventory = take_inventory(store, platform, cancellation.check)
    blobs: dict[_Blob, Layer] = {}
    for part in inventory.parts:
        if part.layer:
            blobs.setdefault(_blob(part.layer), replace(part.layer, number=len(blobs)))
    on_event(BlobsFound(tuple(layer.descriptor.size for layer in blobs.values())))
    contents = load_layers(kept, tuple(blobs.values()), None, on_event, cancellation, keep)
    found = dict(zip(blobs, contents, strict=True))
    inventory.warnings += [
        f"layer {blob[0]}: {content.problem}"
        for blob, content in found.items()
        if content.status is BlobStatus.VERIFIED and content.problem
    ]
    inventory.parts = [_judged(part, found[_blob(part.layer)]) if part.layer else part for part in inventory.parts]
    return inventory


def _blob(layer: Layer) -> _Blob:
    """Everything that determines the status; the annotations promise a table of contents."""
    one = layer.descriptor
    annotations = tuple(sorted(one.annotations.items())) if has_table(one) else ()
    return one.digest, one.size, one.media_type, layer.diff_id, layer.is_changeset, annotations


def _judged(part: Part, content: LayerContent) -> Part:
    if content.status is BlobStatus.VERIFIED and part.lacks_diff_id:
        return replace(part, status=BlobStatus.UNVERIFIED, problem="the config has no diff_id to check it with")
    problem = "" if content.status is BlobStatus.VERIFIED else content.problem
    return replace(part, status=content.status, problem=problem)
