"""Manifests for images that have none, as the bytes that a registry would store."""

import json

from layerscope.blobs.store import Root
from layerscope.oci import Descriptor, Digest, media_types

_MANIFEST_TYPES = {
    media_types.OCI_CONFIG: media_types.OCI_MANIFEST,
    media_types.DOCKER_CONFIG: media_types.DOCKER_MANIFEST,
}


def generate_manifest(
    config: Descriptor, layers: tuple[Descriptor, ...], warnings: tuple[str, ...]
) -> tuple[Root, bytes]:
    """The manifest of a config and layers, lowest first, as a root of its store; of the kind of the config."""
    media_type = _MANIFEST_TYPES[config.media_type]
    document = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": _member(config),
        "layers": [_member(layer) for layer in layers],
    }
    data = json.dumps(document, indent=2).encode()
    descriptor = Descriptor(media_type, Digest.of(data), len(data))
    return Root(descriptor, is_stored=False, is_export=True, warnings=warnings), data


def _member(descriptor: Descriptor) -> dict[str, str | int]:
    return {"mediaType": descriptor.media_type, "size": descriptor.size, "digest": str(descriptor.digest)}
