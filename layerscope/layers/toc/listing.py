"""List the files of a layer by its table of contents."""

import logging
from collections.abc import Iterable, Iterator

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore
from layerscope.errors import Cancelled, InvalidDocument, InvalidReference, LayerscopeError
from layerscope.layers.damage import Damage
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.toc.entries import entries_of
from layerscope.layers.toc.fetching import Watch, fetch_table, has_table
from layerscope.layers.toc.table import TableReader
from layerscope.oci import Layer

MIN_LAYER_SIZE = 1 << 20
"""A smaller layer is read whole: it is there as soon as its table."""
MAX_SHARE = 1 / 10
"""A table that is a larger part of its blob does not save enough."""

_log = logging.getLogger(__name__)


def list_layer(store: BlobStore, layer: Layer, watch: Watch = iter, *, max_share: float = MAX_SHARE) -> LayerContent:
    """The content of a layer as its table describes it; what is fetched and the entries pass through `watch`.

    `max_share` is the part of the blob that the table may be. Raises `Damage`, `InvalidDocument` or `InvalidReference`
    if the table is wrong or cannot be used, and what `BlobStore.open` raises.
    """
    fetched_size = 0

    def counted(chunks: Iterable[bytes]) -> Iterator[bytes]:
        nonlocal fetched_size
        for chunk in watch(chunks):
            fetched_size += len(chunk)
            yield chunk

    table = fetch_table(store, layer.descriptor, int(layer.descriptor.size * max_share), counted)
    reader = TableReader(table.offset)
    for entry in watch(entries_of(table.data)):
        reader.add(entry)
    index = reader.index(layer.descriptor.size)
    return LayerContent(index, BlobStatus.LISTED, warnings=tuple(reader.notices.sentences()), blob_size=fetched_size)


def is_listable(layer: Layer) -> bool:
    """Whether a layer has a table of contents, and is large enough to be listed by it."""
    return layer.descriptor.size >= MIN_LAYER_SIZE and has_table(layer.descriptor)


def try_to_list(store: BlobStore, layer: Layer, watch: Watch = iter) -> tuple[LayerContent | None, str]:
    """As `list_layer`. If that fails, no content, and a warning if the table is the reason. Raises only `Cancelled`.

    The whole layer has to be read then. If the source is the reason, that says so.
    """
    try:
        return list_layer(store, layer, watch), ""
    except Cancelled:
        raise
    except (Damage, InvalidDocument, InvalidReference) as error:
        return None, f"its table of contents is not used: {error.message}"
    except LayerscopeError as error:
        _log.info("the table of contents of layer %d cannot be fetched: %s", layer.number, error.message)
        return None, ""
