"""Images in archives of `docker save`, podman, skopeo, kaniko and bazel: a tar with a `manifest.json`, or older.

Such an archive has no manifest like those in registries, so a manifest of Docker's schema 2 is generated. If the
archive is an OCI layout too (Docker since 25, BuildKit) and has all blobs of the image, its real manifest is used.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from layerscope.blobs.resolve import choose as choose_manifest
from layerscope.blobs.store import Root
from layerscope.blobs.tree import Walk
from layerscope.display import display
from layerscope.errors import NotFound, SourceError, VerificationError
from layerscope.layers.codecs import Codec, codec_of
from layerscope.oci import Descriptor, Digest, ImageConfig, Platform, media_types
from layerscope.sources.docker_manifest import MANIFEST_FILE, ArchivedImage, choose, read_archived_images
from layerscope.sources.docker_v1 import is_v1, read_v1_images
from layerscope.sources.file_store import FileStore, read_document
from layerscope.sources.generated import generate_manifest
from layerscope.sources.local_store import ImageSelector, LocalStore, StoredImage, blob_name
from layerscope.sources.oci_layout import find_in_layout, lists_anything

_LAYER_TYPES = {Codec.GZIP: media_types.DOCKER_LAYER_GZIP, Codec.ZSTD: media_types.OCI_LAYER_ZSTD}
_NAMED_BY_DIGEST = re.compile(r"(?:.*/)?(?:sha256:)?(?P<encoded>[a-f0-9]{64})(?:\.json)?")


def find_in_docker_archive(files: FileStore, selector: ImageSelector, platform: Platform | None) -> StoredImage:
    """The image of the archive that the selector names, or the only image.

    A generated manifest is its own root. Raises `NotFound`, `NoMatchingPlatform`, `InvalidDocument` or `SourceError`.
    """
    return _real_image(files, selector, platform) or _generated_image(files, selector)


def _real_image(files: FileStore, selector: ImageSelector, platform: Platform | None) -> StoredImage | None:
    """The image of the archive's own OCI manifest; None if the manifest or a blob of the image is missing.

    The index is the root only if the archive has everything it lists: Docker saves the images of one platform.
    """
    if selector.position is not None or not lists_anything(files):
        return None
    layout = LocalStore(files.location, files, partial(find_in_layout, files, selector))
    try:
        found = choose_manifest(layout, platform)
    except NotFound:
        return None
    except VerificationError:
        return StoredImage(layout.roots(platform))
    if not all(files.has(blob_name(blob)) for blob in (found.manifest.config, *found.manifest.layers)):
        return None
    if any(_is_incomplete(layout, root) for root in layout.roots(None)):
        root = Root(found.document.descriptor, is_export=True, index=found.index, index_data=found.index_data)
        return StoredImage((root,))
    return StoredImage(layout.roots(platform))


def _is_incomplete(layout: LocalStore, root: Root) -> bool:
    return any(isinstance(visit.error, NotFound) for visit in Walk(layout).visits(root))


def _generated_image(files: FileStore, selector: ImageSelector) -> StoredImage:
    archived = choose(_archived_images(files), selector, files.location)
    data = archived.generated_config or _read_config(files, archived.config)
    config = Descriptor(media_types.DOCKER_CONFIG, _config_digest(archived.config, data), len(data))
    layers = _Layers(files).describe(archived, data)
    warnings = (*_check_name(archived.config, config.digest, files.location), *_cut(files))
    root, manifest = generate_manifest(config, layers, warnings)
    names = dict(zip((layer.digest for layer in layers), archived.layers, strict=True))
    generated = {root.descriptor.digest: manifest}
    if archived.generated_config:
        generated[config.digest] = archived.generated_config
    return StoredImage((root,), names | {config.digest: archived.config}, generated)


def _archived_images(files: FileStore) -> tuple[ArchivedImage, ...]:
    if not files.has(MANIFEST_FILE) and is_v1(files):
        files.check_complete()  # a `manifest.json` may follow
        return read_v1_images(files)
    return read_archived_images(files)


def _read_config(files: FileStore, name: str) -> bytes:
    if not files.has(name):
        files.check_complete()
        raise NotFound(f"the config `{display(name, limit=100)}` is missing in `{files.location}`")
    return read_document(files, name)


def _config_digest(name: str, data: bytes) -> Digest:
    """The digest that a config must have: in a layout's `blobs`, its name states it."""
    match = _NAMED_BY_DIGEST.fullmatch(name)
    return Digest("sha256", match["encoded"]) if match and name.startswith("blobs/") else Digest.of(data)


def _check_name(name: str, digest: Digest, where: str) -> tuple[str, ...]:
    """A warning if the name of a config is not its digest: all tools name it by digest, but none checks it."""
    match = _NAMED_BY_DIGEST.fullmatch(name)
    if not match or match["encoded"] == digest.encoded:
        return ()
    shown = display(name, limit=100)
    return (
        f"the config `{shown}` in `{where}` does not have the digest of its name: it was changed after it was saved",
    )


def _cut(files: FileStore) -> tuple[str, ...]:
    """A warning if the archive is cut after the last member that is needed."""
    try:
        files.check_complete()
    except SourceError as error:
        return (error.message,)
    return ()


@dataclass(frozen=True, slots=True)
class _Layers:
    """Describes layers. Several layers may be the same member: its digest is computed once."""

    files: FileStore
    digests: dict[str, Digest] = field(default_factory=dict)

    def describe(self, archived: ArchivedImage, config: bytes) -> tuple[Descriptor, ...]:
        """The descriptors of the layers, lowest first."""
        diff_ids = ImageConfig.parse(config).diff_ids
        if len(diff_ids) != len(archived.layers):
            diff_ids = (None,) * len(archived.layers)
        return tuple(map(self._layer, archived.layers, diff_ids))

    def _layer(self, name: str, diff_id: Digest | None) -> Descriptor:
        """A layer's descriptor. The digest of a plain tar is its diff_id; any other digest must be computed."""
        if not self.files.has(name):
            self.files.check_complete()
            raise NotFound(f"the layer `{display(name, limit=100)}` is missing in `{self.files.location}`")
        with self.files.open(name) as chunks:
            start = next(chunks, b"")
            codec = codec_of(start)
            digest = diff_id if codec is Codec.PLAIN and diff_id else self._digest(name, start, chunks)
        return Descriptor(_LAYER_TYPES.get(codec, media_types.DOCKER_LAYER), digest, self.files.size(name))

    def _digest(self, name: str, start: bytes, chunks: Iterator[bytes]) -> Digest:
        if name not in self.digests:
            hasher = hashlib.sha256(start)
            for chunk in chunks:
                hasher.update(chunk)
            self.digests[name] = Digest("sha256", hasher.hexdigest())
        return self.digests[name]
