"""Images in archives of `docker save` and its kin (podman, skopeo, kaniko, bazel): a tar with a `manifest.json`, or
of a Docker older than that.

Such an archive has no manifest as registries know it, so one is made up, of Docker's schema 2. Where the archive is an
OCI layout too (Docker since 25, BuildKit) and has all its blobs, the real manifest is taken.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import nullcontext
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import NotFound, VerificationError
from layerscope.layers.codecs import Codec, codec_of
from layerscope.oci import media_types
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image
from layerscope.oci.image_config import ImageConfig
from layerscope.oci.manifest import Manifest
from layerscope.oci.strict_json import parse_object
from layerscope.sources.docker_manifest import MANIFEST_FILE, choose, read_archived_images
from layerscope.sources.docker_v1 import is_v1, read_v1_images
from layerscope.sources.file_store import read_document
from layerscope.sources.manifest_walk import blob_name
from layerscope.sources.oci_layout import INDEX_FILE, LAYOUT_FILE, OciLayoutSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from layerscope.oci.platform import Platform
    from layerscope.sources.docker_manifest import ArchivedImage
    from layerscope.sources.file_store import FileStore
    from layerscope.sources.selector import ImageSelector
    from layerscope.sources.tar_store import TarStore

TRANSPORT = "docker-archive"
_LAYER_TYPES = {Codec.GZIP: media_types.DOCKER_LAYER_GZIP, Codec.ZSTD: media_types.OCI_LAYER_ZSTD}
_NAMED_BY_DIGEST = re.compile(r"(?:.*/)?(?:sha256:)?(?P<encoded>[a-f0-9]{64})(?:\.json)?")


class DockerArchiveSource:
    """The image of an archive that `selector` names, or the only one that there is; an `ImageSource`."""

    def __init__(self, store: TarStore, selector: ImageSelector, transport: str = TRANSPORT) -> None:
        self._store = store
        self._selector = selector
        self._transport = transport
        self._names: dict[Digest, str] = {}
        self._digests: dict[str, Digest] = {}
        self._made_up: dict[Digest, bytes] = {}

    @property
    def name(self) -> str:
        """`docker-archive:FILE[:REFERENCE]`, or with another transport."""
        return f"{self._transport}:{self._store.location}{self._selector}"

    def resolve(self, platform: Platform | None) -> Image:
        """Choose the image and verify its config; `Image.descriptor` is None where its manifest is made up."""
        return self._real_image(platform) or self._made_up_image()

    def open_blob(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a layer, or of the config, of the image that was resolved."""
        if descriptor.digest in self._made_up:
            return nullcontext(iter([self._made_up[descriptor.digest]]))
        return self._store.open(self._member(descriptor))

    def roots(self, platform: Platform | None) -> tuple[Descriptor, ...]:
        """The archive's own OCI manifest, if it has one: the index, if any, may list images that are not in it."""
        try:
            image = self._real_image(platform)
        except VerificationError:
            return self._layout().roots(platform)
        return (image.descriptor,) if image and image.descriptor else ()

    def open_manifest(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a manifest, by its digest."""
        return self._store.open(blob_name(descriptor))

    def stamp(self, descriptor: Descriptor) -> str | None:
        """A text that changes when the archive does."""
        return self._store.stamp(self._member(descriptor))

    def close(self) -> None:
        """Close the archive."""
        self._store.close()

    def _member(self, descriptor: Descriptor) -> str:
        return self._names.get(descriptor.digest, blob_name(descriptor))

    def _real_image(self, platform: Platform | None) -> Image | None:
        """The image by the archive's own OCI manifest; None where it has none or not all of its blobs."""
        if self._selector.position is not None or not _is_layout(self._store):
            return None
        try:
            image = self._layout().resolve(platform)
        except NotFound:
            return None
        return image if all(self._store.has(blob_name(layer)) for layer in image.manifest.layers) else None

    def _layout(self) -> OciLayoutSource:
        return OciLayoutSource(self._store, self._selector, self._transport)

    def _made_up_image(self) -> Image:
        archived = choose(self._archived_images(), self._selector, self._store.location)
        data = archived.made_up_config or self._read_config(archived.config)
        config = Descriptor(media_types.DOCKER_CONFIG, Digest.of(data), len(data))
        layers = self._layers(archived, data)
        names = dict(zip((layer.digest for layer in layers), archived.layers, strict=True))
        self._names = names | {config.digest: archived.config}
        self._made_up = {config.digest: data} if archived.made_up_config else {}
        manifest = Manifest(media_types.DOCKER_MANIFEST, config, layers)
        warnings = _check_name(archived.config, config.digest, self._store.location)
        return Image.assemble(self.name, None, manifest, _document(manifest), data, warnings=warnings)

    def _archived_images(self) -> tuple[ArchivedImage, ...]:
        if not self._store.has(MANIFEST_FILE) and is_v1(self._store):
            return read_v1_images(self._store)
        return read_archived_images(self._store)

    def _read_config(self, name: str) -> bytes:
        if not self._store.has(name):
            raise NotFound(f"the config `{display(name, limit=100)}` is missing in `{self._store.location}`")
        return read_document(self._store, name)

    def _layers(self, archived: ArchivedImage, config: bytes) -> tuple[Descriptor, ...]:
        diff_ids = ImageConfig.parse(config).diff_ids
        if len(diff_ids) != len(archived.layers):
            diff_ids = (None,) * len(archived.layers)
        return tuple(map(self._layer, archived.layers, diff_ids))

    def _layer(self, name: str, diff_id: Digest | None) -> Descriptor:
        """A layer's descriptor; a plain tar has its diff_id for a digest, of a compressed one it must be computed."""
        if not self._store.has(name):
            raise NotFound(f"the layer `{display(name, limit=100)}` is missing in `{self._store.location}`")
        with self._store.open(name) as chunks:
            start = next(chunks, b"")
            codec = codec_of(start)
            digest = diff_id if codec is Codec.PLAIN and diff_id else self._digest(name, start, chunks)
        return Descriptor(_LAYER_TYPES.get(codec, media_types.DOCKER_LAYER), digest, self._store.size(name))

    def _digest(self, name: str, start: bytes, chunks: Iterator[bytes]) -> Digest:
        """The digest of a member, which is computed once, as many layers may be the same member."""
        if name not in self._digests:
            self._digests[name] = _digest(start, chunks)
        return self._digests[name]


def _is_layout(store: FileStore) -> bool:
    """Whether the archive is an OCI layout that lists anything; Docker 25.0 wrote `"manifests": null` for no tags."""
    if not (store.has(LAYOUT_FILE) and store.has(INDEX_FILE)):
        return False
    return bool(parse_object(read_document(store, INDEX_FILE), f"`{INDEX_FILE}`").get("manifests"))


def _check_name(name: str, digest: Digest, where: str) -> tuple[str, ...]:
    """Compare a config's name with its digest.

    In a layout's `blobs` the name is a promise, and `VerificationError` is raised; elsewhere it is but the habit of all
    the tools, and a warning is returned.
    """
    match = _NAMED_BY_DIGEST.fullmatch(name)
    if not match or match["encoded"] == digest.encoded:
        return ()
    told = f"the config `{display(name, limit=100)}` in `{where}` does not have the digest of its name"
    if name.startswith("blobs/"):
        raise VerificationError(told)
    return (f"{told}: it was changed after it was saved",)


def _digest(start: bytes, chunks: Iterator[bytes]) -> Digest:
    hasher = hashlib.sha256(start)
    for chunk in chunks:
        hasher.update(chunk)
    return Digest("sha256", hasher.hexdigest())


def _document(manifest: Manifest) -> bytes:
    """The made-up manifest as the bytes that a registry would hold."""
    document = {
        "schemaVersion": 2,
        "mediaType": manifest.media_type,
        "config": _member(manifest.config),
        "layers": [_member(layer) for layer in manifest.layers],
    }
    return json.dumps(document, indent=2).encode()


def _member(descriptor: Descriptor) -> dict[str, str | int]:
    return {"mediaType": descriptor.media_type, "size": descriptor.size, "digest": str(descriptor.digest)}
