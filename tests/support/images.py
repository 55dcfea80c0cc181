"""Small images for tests: manifest, config and layer blobs, with the same bytes in each run."""

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache

from layerscope.oci import media_types
from support.tars import Entry, file, tar


@lru_cache(8)
def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def tar_of(entries):
    """The tar of these entries; a plain `(name, data)` is a regular file."""
    return tar(*(entry if isinstance(entry, Entry) else file(*entry) for entry in entries))


def descriptor(data, media_type, **more):
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data), **more}


def json_bytes(value):
    return json.dumps(value, indent=2).encode()


@dataclass(frozen=True)
class BuiltImage:
    """`blobs` holds config and layers by digest; `layers` and `tars` the compressed and plain layers, lowest first."""

    manifest_bytes: bytes
    config_bytes: bytes
    media_type: str
    layers: tuple = ()
    tars: tuple = ()
    blobs: dict = field(default_factory=dict)

    @property
    def digest(self):
        return digest_of(self.manifest_bytes)

    @property
    def manifest(self):
        return json.loads(self.manifest_bytes)

    @property
    def config(self):
        return json.loads(self.config_bytes)

    def descriptor(self, **more):
        """The descriptor of this image in an index."""
        return descriptor(self.manifest_bytes, self.media_type, **more)


def build_image(
    layers=((("hello.txt", b"hello\n"),),),
    history=None,
    *,
    platform="linux/amd64",
    docker=False,
    compress=lambda tar: gzip.compress(tar, mtime=0),
    layer_media_type=None,
    manifest=None,
    **config,
):
    """An image of these layers, each a list of entries or the bytes of a tar.

    `docker` chooses Docker's media types, `manifest` adds or replaces members of the manifest, other keywords those of
    the config.
    """
    tars = tuple(layer if isinstance(layer, bytes) else tar_of(layer) for layer in layers)
    blobs = tuple(compress(tar) for tar in tars)
    os, architecture, *variant = platform.split("/")
    config_bytes = json_bytes(
        {
            "architecture": architecture,
            "os": os,
            **({"variant": variant[0]} if variant else {}),
            "created": "2024-01-02T03:04:05Z",
            "config": {"Cmd": ["sh"]},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(tar) for tar in tars]},
            "history": history or [{"created_by": f"step {number}"} for number in range(len(tars))],
            **config,
        }
    )
    media_type = media_types.DOCKER_MANIFEST if docker else media_types.OCI_MANIFEST
    config_type = media_types.DOCKER_CONFIG if docker else media_types.OCI_CONFIG
    layer_type = layer_media_type or (media_types.DOCKER_LAYER_GZIP if docker else media_types.OCI_LAYER_GZIP)
    manifest_bytes = json_bytes(
        {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": descriptor(config_bytes, config_type),
            "layers": [descriptor(blob, layer_type) for blob in blobs],
            **(manifest or {}),
        }
    )
    return BuiltImage(
        manifest_bytes,
        config_bytes,
        media_type,
        blobs,
        tars,
        {digest_of(blob): blob for blob in (config_bytes, *blobs)},
    )


def build_index(*descriptors, docker=False):
    """The bytes of an image index of these descriptors."""
    media_type = media_types.DOCKER_INDEX if docker else media_types.OCI_INDEX
    return json_bytes({"schemaVersion": 2, "mediaType": media_type, "manifests": list(descriptors)})
