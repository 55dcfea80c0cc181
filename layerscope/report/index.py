"""The image index from which an image was chosen, as rows and as text."""

from collections.abc import Iterator

from layerscope.display import display
from layerscope.oci import Descriptor, Digest, Image, Index
from layerscope.report.row import Row
from layerscope.report.table import NONE, Column, digest_cell, natural_size, table

ATTESTATION = "attestation"
_WIDE = 100
"""Columns of a terminal that has room for a whole digest after the other cells."""


def index_row(image: Image) -> Row | None:
    """The index, with a row for each of its entries; None if the image has no index.

    The digest and size are None if the source does not store the index as a document, as in an OCI layout.
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
    """One line per entry: platform and kind of artifact, the size of its manifest, digest."""
    columns = (Column("platform"), Column("manifest size", is_figure=True), Column("digest"))
    cells = [
        (
            display(" ".join(filter(None, (entry["platform"], entry["artifact"]))), limit=100) or NONE,
            natural_size(entry["size"]),
            digest_cell(entry["digest"], short=width is not None and width < _WIDE),
        )
        for entry in row["manifests"]
    ]
    return table(columns, cells, width)


def _ordered(index: Index) -> Iterator[Descriptor]:
    """The entries in their order, except that each attestation follows the entry that it describes."""
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
