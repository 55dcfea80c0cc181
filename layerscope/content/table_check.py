"""Compare the table of contents of a layer with the layer itself."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import numpy as np
import xxhash
from numpy.typing import NDArray

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore
from layerscope.content.files import StoredFile, open_files
from layerscope.display import display
from layerscope.errors import Cancelled, InvalidDocument, InvalidReference, LayerscopeError, VerificationError
from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import ContentKind, LayerIndex
from layerscope.layers.toc.fetching import Watch
from layerscope.layers.toc.listing import list_layer
from layerscope.oci import Layer

_TABLE_FILE = b"stargz.index.json"
"""The file that an eStargz layer may have; its table does not list it."""
_COLUMNS = ("types", "roles", "modes", "uids", "gids", "sizes", "devices")


def check_table(store: BlobStore, layer: Layer, index: LayerIndex, watch: Watch = iter) -> tuple[BlobStatus, str]:
    """The status of the table of a layer, and what is wrong; `index` was made from the whole layer.

    If the table cannot be used, for example because it is too large, the status is verified, and the sentence says why
    the table was not checked. Raises only `Cancelled`.
    """
    try:
        listed = list_layer(store, layer, watch, max_share=1).index
        path = next(_differences(listed, index), None) or next(
            _other_contents(store, layer, listed, index, watch), None
        )
    except Cancelled:
        raise
    except (Damage, InvalidDocument, InvalidReference, VerificationError) as error:
        status = error.status if isinstance(error, Damage) else BlobStatus.MISMATCH
        if status is BlobStatus.UNSUPPORTED:
            return BlobStatus.VERIFIED, f"its table of contents was not checked: {error.message}"
        return status, f"its table of contents is wrong: {error.message}"
    except LayerscopeError as error:
        return BlobStatus.UNVERIFIED, f"its table of contents was not read: {error.message}"
    if path is None:
        return BlobStatus.VERIFIED, ""
    return BlobStatus.MISMATCH, f"its table of contents says something else of `/{display(path, limit=200)}`"


def _differences(listed: LayerIndex, index: LayerIndex) -> Iterator[bytes]:
    """Paths of which the two do not say the same, contents apart."""
    rows = _rows(index)
    for path, other in zip(listed.paths, index.paths.at(rows), strict=False):
        if path != other:
            yield other
    if listed.count != len(rows):
        longer = listed.paths if listed.count > len(rows) else ByteStrings.of(index.paths.at(rows))
        yield longer[min(listed.count, len(rows))]
        return
    differs = np.abs(listed.mtimes - index.mtimes[rows]) > 1  # tools that write tables round the fraction of a second
    for name in _COLUMNS:
        differs |= getattr(listed, name) != getattr(index, name)[rows]
    links = zip(listed.links, index.links.at(rows), strict=True)
    differs |= np.array([link != other for link, other in links], np.bool_)
    for listed_row, row in enumerate(rows.tolist()):
        if differs[listed_row] or listed.xattrs.get(listed_row, {}) != index.xattrs.get(row, {}):
            yield listed.paths[listed_row]


def _other_contents(
    store: BlobStore, layer: Layer, listed: LayerIndex, index: LayerIndex, watch: Watch
) -> Iterator[bytes]:
    """Paths whose chunks have another content than the file in the tar; both have the same rows."""
    chunks, hashes = listed.chunks, index.content_hashes[_rows(index)]
    plain = index.content_kinds[_rows(index)] == ContentKind.XXH3
    rows = np.unique(chunks.rows).tolist() if chunks else []
    files = [_file(listed, row, layer) for row in rows]
    with open_files(store, layer, files, watch) as parts:
        for number, group in groupby(parts, itemgetter(0)):
            hasher = xxhash.xxh3_64()
            for _, part in group:
                hasher.update(part)
            if plain[rows[number]] and hasher.intdigest() != hashes[rows[number]]:
                yield files[number].path


def _file(listed: LayerIndex, row: int, layer: Layer) -> StoredFile:
    assert listed.chunks
    kind, content = ContentKind(int(listed.content_kinds[row])), int(listed.content_hashes[row])
    path, size = listed.paths[row], int(listed.sizes[row])
    return StoredFile(path, layer.number, 0, size, content, kind, listed.chunks.of(row))


def _rows(index: LayerIndex) -> NDArray[np.intp]:
    """The rows of a layer that its table lists."""
    return np.array([row for row, path in enumerate(index.paths) if path != _TABLE_FILE], np.intp)
