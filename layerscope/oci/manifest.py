"""Image manifests and image indexes (OCI image-spec manifest.md, image-index.md; Docker manifest v2 schema 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from layerscope.display import display
from layerscope.errors import InvalidDocument, NoMatchingPlatform
from layerscope.oci import media_types
from layerscope.oci.descriptor import REFERS_TO, Descriptor, as_list, text, text_map
from layerscope.oci.platform import Platform
from layerscope.oci.strict_json import parse_object

_MAX_LISTED = 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """One image for one platform, or one artifact: a config and its layers, lowest first."""

    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]
    artifact_type: str = ""
    subject: Descriptor | None = None
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_image(self) -> bool:
        """Whether the config is an image config. With any other config it is an artifact: a chart, an SBOM.

        A config of an odd media type belongs to an image if all layers are those of an image.
        """
        if self.config.media_type in media_types.ODD_IMAGE_CONFIGS:
            layers = [layer.media_type for layer in self.layers]
            return not self.artifact_type and bool(layers) and all(map(media_types.is_layer, layers))
        return self.config.media_type in media_types.IMAGE_CONFIGS


@dataclass(frozen=True, slots=True)
class Index:
    """The manifests of one image for several platforms, and their attestations."""

    media_type: str
    manifests: tuple[Descriptor, ...]
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def images(self) -> tuple[Descriptor, ...]:
        """The entries that may be images: all except attestations and entries of unknown media types."""
        known = media_types.MANIFESTS | media_types.INDEXES
        return tuple(item for item in self.manifests if item.media_type in known and not item.is_attestation)

    def subject_of(self, entry: Descriptor) -> Descriptor | None:
        """The entry that an attestation describes; None if it names no entry of this index."""
        about = entry.annotations.get(REFERS_TO)
        return next((item for item in self.manifests if str(item.digest) == about), None)

    def platform_of(self, entry: Descriptor) -> Platform | None:
        """The platform of an entry; for an attestation, the platform of the entry that it describes."""
        if not entry.is_attestation:
            return entry.platform
        subject = self.subject_of(entry)
        return subject.platform if subject else None

    def select(self, wanted: Platform | None) -> Descriptor:
        """The entry for the wanted platform.

        If no platform is wanted: Linux on this machine's architecture, else on amd64, else the first image, because
        the image is not run. If no entry matches and there is exactly one nested index without a platform, that
        index, because it may have the wanted platform. Raises `NoMatchingPlatform`; the hint lists the platforms.
        """
        if not self.images:
            raise NoMatchingPlatform("the image index has no image")
        candidates = [wanted] if wanted else [Platform.of_host(), Platform("linux", "amd64")]
        for candidate in candidates:
            if found := self._best(candidate):
                return found
        nested = [item for item in self.images if item.media_type in media_types.INDEXES and not item.platform]
        if len(nested) == 1:
            return nested[0]
        if wanted is None:
            return self.images[0]
        raise NoMatchingPlatform(
            f"the image has no manifest for {wanted}", hint=f"its platforms are {self._platforms()}"
        )

    def _best(self, wanted: Platform) -> Descriptor | None:
        """The first entry for the platform; entries of the usual variant come first."""
        fitting = [item for item in self.images if item.platform and item.platform.satisfies(wanted)]
        usual = [item for item in fitting if item.platform and item.platform.has_variant_of(wanted)]
        return next(iter(usual + fitting), None)

    def _platforms(self) -> str:
        platforms = sorted({display(str(item.platform), limit=60) for item in self.images if item.platform})
        more = len(platforms) - _MAX_LISTED
        return ", ".join(platforms[:_MAX_LISTED]) + (f" and {more} more" if more > 0 else "") or "no platform"


def parse_manifest(data: bytes, content_type: str | None = None, what: str = "the manifest") -> Manifest | Index:
    """The manifest or index in `data`; `content_type` is the Content-Type of the response, `what` its name in errors.

    Raises `InvalidDocument` if the document is invalid, is both a manifest and an index (CVE-2021-41190), has a media
    type that differs from `content_type`, or is a Docker schema 1 manifest.
    """
    value = parse_object(data, what)
    media_type = _media_type(value, media_types.without_parameters(content_type), what)
    if media_type in media_types.LEGACY:
        raise InvalidDocument(
            f"{what} has the format Docker schema 1, which has no sizes and was abandoned in 2017",
            hint="push the image again with a current tool",
        )
    if value.get("schemaVersion") != 2:
        raise InvalidDocument(f"{what} does not have `schemaVersion` 2")
    if media_type in media_types.INDEXES:
        return Index(media_type, _descriptors(value, "manifests", what), text_map(value.get("annotations")))
    return _manifest(value, media_type, what)


def _manifest(value: dict[str, Any], media_type: str, what: str) -> Manifest:
    subject = value.get("subject")
    return Manifest(
        media_type=media_type,
        config=Descriptor.parse(value.get("config"), f"{what}'s config"),
        layers=_descriptors(value, "layers", what),
        artifact_type=text(value, "artifactType"),
        subject=Descriptor.parse(subject, f"{what}'s subject") if subject is not None else None,
        annotations=text_map(value.get("annotations")),
    )


def _media_type(value: dict[str, Any], announced: str | None, what: str) -> str:
    """The media type: the document's own, else the announced one, else the one that fits its members."""
    if "manifests" in value and ("layers" in value or "config" in value or "fsLayers" in value):
        raise InvalidDocument(f"{what} is ambiguous: it has members of a manifest and of an index")
    own = text(value, "mediaType")
    if own and announced and own != announced:
        raise InvalidDocument(f"{what} is a `{display(own, limit=100)}`, but was sent as `{announced}`")
    media_type = own or announced or _sniff(value)
    family = (
        "manifests" if media_type in media_types.INDEXES else "layers" if media_type in media_types.MANIFESTS else ""
    )
    if family == "" and media_type not in media_types.LEGACY:
        raise InvalidDocument(f"`{display(media_type, limit=100)}` is not the media type of a manifest")
    if family and not isinstance(value.get(family, ""), list | None):  # Go writes an empty list as null
        raise InvalidDocument(f"{what} has no `{family}`")
    return media_type


def _sniff(value: dict[str, Any]) -> str:
    if "manifests" in value:
        return media_types.OCI_INDEX
    return media_types.SCHEMA1 if "fsLayers" in value else media_types.OCI_MANIFEST


def _descriptors(value: dict[str, Any], key: str, what: str) -> tuple[Descriptor, ...]:
    singular = {"layers": "layer", "manifests": "entry"}[key]
    return tuple(
        Descriptor.parse(item, f"{what}'s {singular} {number}") for number, item in enumerate(as_list(value[key]))
    )
