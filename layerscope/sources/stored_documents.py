"""Manifests and indexes of a source on this machine, as a registry gives them, so that they can be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.errors import InvalidDocument
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.manifest import parse_manifest
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE
from layerscope.oci.verification import verify
from layerscope.registry.api.manifests import FetchedManifest

if TYPE_CHECKING:
    from layerscope.blobs.store import BlobStore
    from layerscope.oci.image import Image


def manifest_of(image: Image) -> FetchedManifest:
    """The manifest of an image."""
    descriptor = Descriptor(image.manifest.media_type, Digest.of(image.manifest_bytes), len(image.manifest_bytes))
    return FetchedManifest(descriptor, image.manifest_bytes, image.manifest)


def index_of(image: Image) -> FetchedManifest | None:
    """The index that an image was chosen from, None where its source has no such document."""
    if not (image.index and image.index_bytes):
        return None
    descriptor = Descriptor(image.index.media_type, Digest.of(image.index_bytes), len(image.index_bytes))
    return FetchedManifest(descriptor, image.index_bytes, image.index)


def read_manifest(source: BlobStore, entry: Descriptor) -> FetchedManifest:
    """A manifest or index that an index of the source lists, verified.

    Raises `InvalidDocument`, `VerificationError`, and what `BlobStore.open` raises.
    """
    shown = f"the manifest {entry.digest.short}"
    if entry.size > MAX_DOCUMENT_SIZE:
        raise InvalidDocument(f"{shown} has {entry.size} bytes, more than {MAX_DOCUMENT_SIZE} are not read")
    data = bytearray()
    with source.open(entry) as chunks:
        for chunk in chunks:
            data += chunk
            if len(data) > entry.size:
                break
    verify(bytes(data), entry, shown)
    document = parse_manifest(bytes(data), entry.media_type)
    return FetchedManifest(Descriptor(document.media_type, entry.digest, len(data)), bytes(data), document)
