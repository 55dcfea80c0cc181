"""The image index that an image was chosen from, as rows and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.oci.digest import Digest
from layerscope.report.sizes import natural_size
from layerscope.report.table import Column, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.image import Image
    from layerscope.oci.manifest import Index
    from layerscope.report.rows import Row

ATTESTATION = "attestation"
_NONE = "-"


def index_row(image: Image) -> Row | None:
    """The index, with a row for each of its entries; None where the manifest stands alone.

    An index that is no document of its own, as that of a layout, has neither digest nor size.
    """
    if not image.index:
        return None
    data = image.index_bytes
    return {
        "digest": str(Digest.of(data)) if data else None,
        "mediaType": image.index.media_type,
        "size": len(data) if data else None,
        "manifests": [_entry_row(image.index, entry) for entry in _ordered(image.index)],
    }


def index_lines(row: Row, width: int | None = None) -> list[str]:
    """A line an entry: platform, or what it is instead of an image, the size of its manifest, digest."""
    columns = (Column("platform"), Column("manifest", is_figure=True), Column("digest"))
    cells = [
        (
            display(" ".join(filter(None, (entry["platform"], entry["artifact"]))), limit=100) or _NONE,
            natural_size(entry["size"]),
            entry["digest"],
        )
        for entry in row["manifests"]
    ]
    return table(columns, cells, width)


def _ordered(index: Index) -> Iterator[Descriptor]:
    """The entries in their order, but each attestation below what it is about."""
    listed = [(entry, index.subject_of(entry) if entry.is_attestation else None) for entry in index.manifests]
    for entry, subject in listed:
        if not subject:
            yield entry
            yield from (item for item, about in listed if about is entry)


def _entry_row(index: Index, entry: Descriptor) -> Row:
    platform = index.platform_of(entry)
    return {
        "platform": str(platform) if platform else None,
        "artifact": ATTESTATION if entry.is_attestation else entry.artifact_type or None,
        "digest": str(entry.digest),
        "mediaType": entry.media_type,
        "size": entry.size,
    }
