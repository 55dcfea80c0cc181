"""The manifest and the config of each image in the storage, so that they are fetched once."""

from __future__ import annotations

from layerscope.blobs.resolve import choose, image_of
from layerscope.blobs.store import BlobStore
from layerscope.errors import NotFound
from layerscope.oci import Descriptor, Digest, Image, Manifest, Platform, parse_manifest
from layerscope.survey.plan import DOCUMENTS, image_name
from layerscope.survey.storage import Storage


def resolve(store: BlobStore, storage: Storage, platform: Platform | None) -> Image:
    """The image in a registry; its config comes from the storage if it is there. Raises what `choose` raises."""
    choice = choose(store, platform)
    digest = str(choice.document.descriptor.digest)
    try:
        image = read(storage, digest)
    except NotFound:
        image = image_of(store, choice)
        storage.write_json(_name(digest), _document(image))
    image.check_platform(None if choice.index else platform)
    return image


def read(storage: Storage, digest: str) -> Image:
    """The image with this digest; raises `NotFound` if the storage does not have it, or `LayerscopeError`."""
    document = storage.read_json(_name(digest))
    data = document["manifest"].encode()
    manifest = parse_manifest(data, document["mediaType"])
    assert isinstance(manifest, Manifest)
    descriptor = Descriptor(document["mediaType"], Digest.parse(digest), len(data))
    return Image.assemble("", descriptor, manifest, data, document["config"].encode("latin-1"))


def _document(image: Image) -> dict[str, str]:
    return {
        "mediaType": image.manifest.media_type,
        "manifest": image.manifest_bytes.decode(),
        "config": image.config_bytes.decode("latin-1"),
    }


def _name(digest: str) -> str:
    return f"{DOCUMENTS}/{image_name(digest)}"
