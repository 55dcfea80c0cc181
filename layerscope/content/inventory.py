"""All that an image consists of: its index, and of each image and artifact in it the manifest, the config, the layers.

Documents are judged as they are read, for they tell what else there is; one that is not what it should be is not
believed, and nothing below it is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from layerscope.blobs.status import BlobStatus
from layerscope.content.documents import Document, read_document
from layerscope.errors import InvalidDocument
from layerscope.oci import media_types
from layerscope.oci.image import NO_CONFIG, Image, Layer
from layerscope.oci.manifest import MAX_INDEX_DEPTH, Index, Manifest, parse_manifest
from layerscope.sources.source import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.digest import Digest
    from layerscope.oci.platform import Platform
    from layerscope.sources.source import ImageSource

ATTESTATION = "attestation"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose part it is: the platform, and what it is instead of an image; of an attestation, the subject's platform."""

    platform: str = ""
    artifact: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An index, manifest, config, layer, or another blob that an index lists.

    What still has to be read has no `status`, and a `layer` to read it as.
    """

    kind: str
    descriptor: Descriptor
    owner: Owner
    status: BlobStatus | None = None
    problem: str = ""
    layer: Layer | None = None


@dataclass(slots=True)
class Inventory:
    """The parts, each document before what it lists; and what is odd about the documents, and does no harm."""

    parts: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def take_inventory(source: ImageSource, platform: Platform | None, check: Callable[[], None]) -> Inventory:
    """All parts of what the source names, or of its image for a platform; `check` is called from time to time.

    Raises what `ImageSource.roots` and `ImageSource.resolve` raise; what cannot be had of the parts is told by them.
    """
    walk = _Walk(source, platform, check)
    roots = source.roots(platform)
    for root in roots:
        walk.manifest(root, Owner(str(root.platform or "")))
    if not roots:
        walk.made_up(resolve(source, platform))
    return walk.found


class _Walk:
    def __init__(self, source: ImageSource, platform: Platform | None, check: Callable[[], None]) -> None:
        self.found = Inventory()
        self._source = source
        self._platform = platform
        self._check = check
        self._walked: set[Digest] = set()

    def manifest(self, descriptor: Descriptor, owner: Owner, index: Index | None = None, depth: int = 0) -> None:
        """Add a manifest or index, which an index lists at that depth, and all that it lists itself, once."""
        self._check()
        kind = "index" if descriptor.media_type in media_types.INDEXES else "manifest"
        document = read_document(self._source.open_manifest, descriptor, f"the {kind}")
        if not document.is_verified or descriptor.digest in self._walked:
            self._add(kind, descriptor, owner, document)
            return
        self._walked.add(descriptor.digest)
        try:
            parsed = parse_manifest(document.data, descriptor.media_type)
            if isinstance(parsed, Index):
                self._index(parsed, descriptor, owner, document, depth)
            else:
                self._image(parsed, descriptor, owner, document, index)
        except InvalidDocument as error:
            self._add(kind, descriptor, owner, Document(BlobStatus.CORRUPT, error.message))

    def made_up(self, image: Image) -> None:
        """Add the config and layers of an image whose manifest nobody wrote."""
        self._add("config", image.manifest.config, Owner(), Document(BlobStatus.VERIFIED))
        self._layers(image, Owner())

    def _index(self, index: Index, descriptor: Descriptor, owner: Owner, document: Document, depth: int) -> None:
        if depth >= MAX_INDEX_DEPTH:
            raise InvalidDocument("the index is nested deeper than anything real")
        self._add("index", descriptor, owner, document)
        for entry in (index.select(self._platform),) if self._platform else index.manifests:
            own = _owner_of(entry, index, owner)
            if entry.media_type in media_types.MANIFESTS | media_types.INDEXES:
                self.manifest(entry, own, index, depth + 1)
            else:  # as in the cache of BuildKit, whose index lists layers
                self._blob("blob", entry, own)

    def _image(
        self, manifest: Manifest, descriptor: Descriptor, owner: Owner, document: Document, index: Index | None
    ) -> None:
        def image_of(config: bytes) -> Image:
            return Image.assemble(self._source.name, descriptor, manifest, document.data, config, index=index)

        image = image_of(NO_CONFIG)
        if not manifest.is_image:
            owner = replace(owner, artifact=owner.artifact or manifest.artifact_type or manifest.config.media_type)
        self._add("manifest", descriptor, owner, document)
        if manifest.is_image:
            image = self._with_config(image, image_of, owner)
        else:
            self._blob("config", manifest.config, owner)
        self._layers(image, owner)

    def _with_config(self, image: Image, image_of: Callable[[bytes], Image], owner: Owner) -> Image:
        """Add the config; gives the image that it makes of one that is known by its manifest alone."""
        descriptor = image.manifest.config
        config = read_document(self._source.open_blob, descriptor, "the config")
        if config.is_verified:
            try:
                image = image_of(config.data)
            except InvalidDocument as error:
                config = Document(BlobStatus.CORRUPT, error.message)
            else:
                self._take_word(image, owner)
        self._add("config", descriptor, owner, config)
        return image

    def _take_word(self, image: Image, owner: Owner) -> None:
        """Note what the config tells, and refuse an image that was not chosen by its platform if that is not right."""
        if not (image.descriptor and image.descriptor.platform):
            image.check_platform(self._platform)
        whose = f"{owner.platform}: " if owner.platform else ""
        self.found.warnings += [f"{whose}{warning}" for warning in image.warnings]

    def _layers(self, image: Image, owner: Owner) -> None:
        for layer in image.layers:
            own = replace(layer, is_changeset=False, diff_id=None) if owner.artifact else layer
            self.found.parts.append(Part("layer", own.descriptor, owner, layer=own))

    def _blob(self, kind: str, descriptor: Descriptor, owner: Owner) -> None:
        self.found.parts.append(Part(kind, descriptor, owner, layer=Layer(0, descriptor, is_changeset=False)))

    def _add(self, kind: str, descriptor: Descriptor, owner: Owner, document: Document) -> None:
        self.found.parts.append(Part(kind, descriptor, owner, document.status, document.problem))


def _owner_of(entry: Descriptor, index: Index, parent: Owner) -> Owner:
    platform = str(index.platform_of(entry) or "")
    if entry.is_attestation:
        return Owner(platform, ATTESTATION)
    return Owner(platform, parent.artifact) if platform else parent
