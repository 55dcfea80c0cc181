"""All parts of an image: its index, and the manifest, config and layers of each image and artifact in the index.

Documents are checked when they are read, because they list the other parts. Parts below a wrong document are unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore, Root
from layerscope.blobs.tree import Visit, Walk
from layerscope.blobs.verified import Document, read
from layerscope.errors import InvalidDocument
from layerscope.oci import NO_CONFIG, Descriptor, Image, Index, Layer, Manifest, Platform, media_types

ATTESTATION = "attestation"


@dataclass(frozen=True, slots=True)
class Owner:
    """The platform that a part is for, and the type of the artifact that it belongs to, empty for an image.

    An attestation has the platform of the image that it describes.
    """

    platform: str = ""
    artifact: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An index, manifest, config, layer, or another blob that an index lists.

    A part that is not read yet has no `status`; it is read as `layer`. If `lacks_diff_id`, the config was read, but has
    no diff_id to check the layer with.
    """

    kind: str
    descriptor: Descriptor
    owner: Owner
    status: BlobStatus | None = None
    problem: str = ""
    layer: Layer | None = None
    lacks_diff_id: bool = False


@dataclass(slots=True)
class Inventory:
    """The parts, each document before what it lists, and warnings about odd, but valid documents."""

    parts: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def take_inventory(store: BlobStore, platform: Platform | None, check: Callable[[], None]) -> Inventory:
    """All parts of the image of a store, for all platforms or for one; `check` is called before each read.

    Raises what `BlobStore.roots` raises, and `NoMatchingPlatform`; any other problem is reported in its part.
    """
    listing = _Listing(store, platform)
    walk = Walk(store, check)
    for root in store.roots(platform):
        listing.add_root(root, walk)
    return listing.found


class _Listing:
    """Turns the visits of a walk into parts."""

    def __init__(self, store: BlobStore, platform: Platform | None) -> None:
        self.found = Inventory()
        self._store = store
        self._platform = platform

    def add_root(self, root: Root, walk: Walk) -> None:
        if root.announced:
            problem = f"the manifest has the digest {root.descriptor.digest}, not {root.announced.digest}"
            self._add(_kind(root.announced), root.announced, Owner(), BlobStatus.MISMATCH, problem)
            return
        self.found.warnings += root.warnings
        owners = [Owner(str(root.descriptor.platform or ""))]
        for visit in walk.visits(root, self._platform):
            del owners[visit.depth + 1 :]
            if visit.index:
                owners[visit.depth :] = [_owner_of(visit.entry, visit.index, owners[visit.depth - 1])]
            self._add_visit(visit, owners[visit.depth], is_stored=root.is_stored)

    def _add_visit(self, visit: Visit, owner: Owner, *, is_stored: bool) -> None:
        value = visit.document.value if visit.document and not visit.is_repeat else None
        if visit.is_blob:
            self._add_blob("blob", visit.entry, owner)
        elif isinstance(value, Manifest):
            assert visit.document
            self._add_image(visit, visit.document, value, owner, is_stored=is_stored)
        else:
            kind = "index" if isinstance(value, Index) else _kind(visit.entry)
            self._add(kind, visit.entry, owner, visit.status, visit.error.message if visit.error else "")

    def _add_image(
        self, visit: Visit, document: Document, manifest: Manifest, owner: Owner, *, is_stored: bool
    ) -> None:
        def image_of(config: bytes) -> Image:
            name, entry = self._store.name, document.descriptor
            return Image.assemble(name, entry, manifest, document.data, config, index=visit.index)

        try:
            image = image_of(NO_CONFIG)
        except InvalidDocument as error:
            self._add("manifest", visit.entry, owner, BlobStatus.CORRUPT, error.message)
            return
        if not manifest.is_image:
            owner = replace(owner, artifact=owner.artifact or image.artifact_type)
        if is_stored:
            self._add("manifest", visit.entry, owner, visit.status)
        if manifest.is_image:
            image = self._with_config(image, image_of, owner)
        else:
            self._add_blob("config", manifest.config, owner)
        has_config = manifest.is_image and self.found.parts[-1].status is BlobStatus.VERIFIED
        self._add_layers(image, owner, has_config=has_config)

    def _with_config(self, image: Image, image_of: Callable[[bytes], Image], owner: Owner) -> Image:
        """Add the config; returns the image completed from it."""
        config = read(self._store, image.manifest.config, "the config")
        status, error = config.status, config.error
        if not error:
            try:
                image = image_of(config.data)
            except InvalidDocument as invalid:
                status, error = BlobStatus.CORRUPT, invalid
            else:
                self._check_image(image, owner)
        self._add("config", image.manifest.config, owner, status, error.message if error else "")
        return image

    def _check_image(self, image: Image, owner: Owner) -> None:
        """Note the warnings of an image; refuse it for another platform, unless its descriptor has a platform."""
        if not (image.descriptor and image.descriptor.platform):
            image.check_platform(self._platform)
        whose = f"{owner.platform}: " if owner.platform else ""
        self.found.warnings += [f"{whose}{warning}" for warning in image.warnings]

    def _add_layers(self, image: Image, owner: Owner, *, has_config: bool) -> None:
        for layer in image.layers:
            own = replace(layer, is_changeset=False, diff_id=None) if owner.artifact else layer
            lacks = has_config and own.is_changeset and not (own.diff_id and own.diff_id.verifiable)
            self.found.parts.append(Part("layer", own.descriptor, owner, layer=own, lacks_diff_id=lacks))

    def _add_blob(self, kind: str, descriptor: Descriptor, owner: Owner) -> None:
        self.found.parts.append(Part(kind, descriptor, owner, layer=Layer(0, descriptor, is_changeset=False)))

    def _add(
        self, kind: str, descriptor: Descriptor, owner: Owner, status: BlobStatus | None, problem: str = ""
    ) -> None:
        self.found.parts.append(Part(kind, descriptor, owner, status, problem))


def _kind(descriptor: Descriptor) -> str:
    return "index" if descriptor.media_type in media_types.INDEXES else "manifest"


def _owner_of(entry: Descriptor, index: Index, parent: Owner) -> Owner:
    platform = str(index.platform_of(entry) or "")
    if entry.is_attestation:
        return Owner(platform, ATTESTATION)
    return Owner(platform, parent.artifact) if platform else parent
