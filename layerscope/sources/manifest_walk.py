"""From a descriptor, through nested indexes, to the manifest for a platform; every document verified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerscope.errors import InvalidDocument, NotFound, SourceError
from layerscope.oci.image import Image
from layerscope.oci.manifest import MAX_INDEX_DEPTH, Index, Manifest, parse_manifest
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE
from layerscope.oci.verification import verify, verify_size
from layerscope.sources.file_store import read_document

if TYPE_CHECKING:
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.platform import Platform
    from layerscope.sources.file_store import FileStore


@dataclass(frozen=True, slots=True)
class FoundManifest:
    """A manifest, its exact bytes, and the outermost index that it was chosen from, if any, with its exact bytes."""

    descriptor: Descriptor
    manifest: Manifest
    data: bytes
    index: Index | None
    index_data: bytes = b""


def blob_name(descriptor: Descriptor) -> str:
    """Where a layout keeps a blob (image-layout.md, "Blobs"); safe, as digests are validated."""
    return f"blobs/{descriptor.digest.algorithm}/{descriptor.digest.encoded}"


def read_blob(store: FileStore, descriptor: Descriptor, what: str) -> bytes:
    """A small blob whole, its size and digest verified; raises `NotFound`, `VerificationError`, `SourceError`."""
    name, where = blob_name(descriptor), f"{what} in `{store.location}`"
    if not store.has(name):
        raise NotFound(f"{what} {descriptor.digest.short} is missing in `{store.location}`")
    verify_size(store.size(name), descriptor, where)
    if descriptor.size > MAX_DOCUMENT_SIZE:
        raise InvalidDocument(f"{where} has {descriptor.size} bytes, more than {MAX_DOCUMENT_SIZE} are not read")
    data = read_document(store, name)
    verify(data, descriptor, where)
    return data


def find_manifest(
    store: FileStore, descriptor: Descriptor, platform: Platform | None, index: Index | None = None
) -> FoundManifest:
    """The manifest that `descriptor`, an entry of `index`, leads to.

    Raises `NoMatchingPlatform`, `NotFound`, `InvalidDocument`, `VerificationError` or `SourceError`.
    """
    index_data = b""
    for _ in range(MAX_INDEX_DEPTH):
        data = read_blob(store, descriptor, "the manifest")
        document = parse_manifest(data, descriptor.media_type)
        descriptor = replace(descriptor, media_type=document.media_type)
        if isinstance(document, Manifest):
            return FoundManifest(descriptor, document, data, index, index_data)
        if index is None:
            index, index_data = document, data
        descriptor = _stored(store, document, platform).select(platform)
    raise SourceError(f"`{store.location}` nests image indexes deeper than {MAX_INDEX_DEPTH} levels")


def assemble(store: FileStore, reference: str, found: FoundManifest, warnings: tuple[str, ...] = ()) -> Image:
    """The image of a manifest, its config read and verified."""
    return Image.assemble(
        reference,
        found.descriptor,
        found.manifest,
        found.data,
        read_blob(store, found.manifest.config, "the config"),
        index=found.index,
        index_bytes=found.index_data,
        warnings=warnings,
    )


def _stored(store: FileStore, index: Index, platform: Platform | None) -> Index:
    """The index without what the store does not hold, if any platform will do: stores may be sparse."""
    stored = tuple(entry for entry in index.manifests if store.has(blob_name(entry)))
    return index if platform or not stored else replace(index, manifests=stored)
