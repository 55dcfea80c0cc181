"""One image: manifest, config, and each layer joined with its diff_id and its history entry."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace

from layerscope.display import display
from layerscope.errors import InvalidDocument, NoMatchingPlatform, UsageError
from layerscope.oci import media_types
from layerscope.oci.descriptor import REFERS_TO, Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.image_config import HistoryEntry, ImageConfig
from layerscope.oci.manifest import Index, Manifest
from layerscope.oci.platform import Platform

NO_CONFIG = b"{}"
"""The config of an image whose own config cannot be read or trusted."""

MAX_LAYER_COUNT = 4096
"""Runtimes support a few hundred layers. Each layer costs a request and a pass over all paths."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as manifest and config describe it; `number` counts from 0, the lowest."""

    number: int
    descriptor: Descriptor
    diff_id: Digest | None = None
    history: HistoryEntry | None = None
    is_changeset: bool = True
    """Whether it may be a file system changeset. A blob of an artifact is not one, whatever its bytes look like."""
    is_pull_known: bool = True
    """Whether a pull transfers the bytes of this blob. If an engine decompressed the layer, that is unknown."""

    @property
    def command(self) -> str:
        """The raw `created_by` of the history entry that made the layer; empty if the history has no entry for it."""
        return self.history.created_by if self.history else ""


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A history entry and the number of the layer that it made; None for an empty layer."""

    entry: HistoryEntry
    layer: int | None


@dataclass(frozen=True, slots=True)
class Image:
    """An image for one platform, described by its manifest and config, before any layer is read.

    `descriptor` is the manifest's; None if the source stores no manifest (a docker-archive). `index` is the image index
    from which the manifest was chosen, if any; `index_bytes` is empty if the source does not store that index as a
    document. `manifest_bytes`, `config_bytes` and `index_bytes` are the exact bytes of the source.
    """

    reference: str
    descriptor: Descriptor | None
    manifest: Manifest
    manifest_bytes: bytes
    config: ImageConfig
    config_bytes: bytes
    layers: tuple[Layer, ...]
    history: tuple[HistoryStep, ...]
    index: Index | None = None
    index_bytes: bytes = b""
    warnings: tuple[str, ...] = ()

    @property
    def artifact_type(self) -> str:
        """The artifact type, else the media type of the config (manifest.md, "Guidelines"); empty for an image.

        A signature or an attestation has an image config: its type is that of its first layer.
        """
        if _has_changesets(self.manifest, self.config):
            return ""
        if self.manifest.is_image:
            return self.manifest.artifact_type or self.manifest.layers[0].media_type
        return self.manifest.artifact_type or self.manifest.config.media_type

    def check_filesystem(self) -> None:
        """Raise `UsageError` if it is an artifact: an artifact has no file system."""
        if self.artifact_type:
            kind, name = display(self.artifact_type, limit=120), shlex.quote(self.reference)
            raise UsageError(
                f"`{self.reference}` is an artifact of type `{kind}`: it has no file system",
                hint=f"`layerscope manifest {name}` prints its manifest, `layerscope blob {name} DIGEST` a part of it",
            )

    @classmethod
    def assemble(  # noqa: PLR0913 - an image has that many parts
        cls,
        reference: str,
        descriptor: Descriptor | None,
        manifest: Manifest,
        manifest_bytes: bytes,
        config_bytes: bytes,
        *,
        index: Index | None = None,
        index_bytes: bytes = b"",
        is_export: bool = False,
        warnings: tuple[str, ...] = (),
    ) -> Image:
        """Join the documents; raises `InvalidDocument` for too many layers, or a config that is not a JSON object.

        The config of an artifact is not parsed (manifest.md: unknown media types MUST NOT be). If `is_export` is true,
        the pull of layers without compression is unknown: an engine may have decompressed them.
        """
        if len(manifest.layers) > MAX_LAYER_COUNT:
            raise InvalidDocument(f"the manifest has {len(manifest.layers)} layers, more than {MAX_LAYER_COUNT}")
        config = ImageConfig.parse(config_bytes) if manifest.is_image else ImageConfig()
        history = _number_layers(config.history, len(manifest.layers))
        layers = _join_layers(manifest.layers, config, history, is_image=_has_changesets(manifest, config))
        if is_export:
            layers = tuple(replace(layer, is_pull_known=not _is_plain(layer)) for layer in layers)
        noticed = _mismatches(manifest, config) if manifest.is_image else ()
        return cls(
            reference,
            descriptor,
            manifest,
            manifest_bytes,
            config,
            config_bytes,
            layers,
            history,
            index,
            index_bytes,
            warnings + noticed,
        )

    @property
    def platform(self) -> Platform:
        """The platform in the config."""
        return self.config.platform

    def check_platform(self, wanted: Platform | None) -> None:
        """Raise `NoMatchingPlatform` if the source has a single image, and it is not for the wanted platform.

        An image from an index was chosen by its platform, so it is not checked again.
        """
        own = self.platform
        if wanted and self.index is None and own.os and not own.satisfies(wanted):
            raise NoMatchingPlatform(f"the image is for {own}, not for {wanted}")

    @property
    def steps(self) -> tuple[HistoryStep, ...]:
        """The history, followed by a step without a command for each layer that the history does not have."""
        recorded = {step.layer for step in self.history}
        others = (HistoryStep(HistoryEntry(), layer.number) for layer in self.layers if layer.number not in recorded)
        return (*self.history, *others)

    def up_to(self, layer: int) -> Image:
        """The image as it was after a layer: without the layers above, and without their steps of the history.

        The config is that of the whole image, as no other is stored. Raises `UsageError` if there is no such layer.
        """
        count = len(self.layers)
        if layer >= count:
            hint = f"its layers are 0 to {count - 1}" if count else "it has no layers"
            raise UsageError(f"`{display(self.reference, limit=200)}` has no layer {layer}", hint=hint)
        above = (number for number, step in enumerate(self.history) if step.layer is not None and step.layer > layer)
        return replace(self, layers=self.layers[: layer + 1], history=self.history[: next(above, None)])

    @property
    def attestations(self) -> tuple[Descriptor, ...]:
        """The entries of the index that are attestations of this image."""
        listed = self.index.manifests if self.index and self.descriptor else ()
        digest = str(self.descriptor.digest) if self.descriptor else ""
        return tuple(entry for entry in listed if entry.is_attestation and entry.annotations.get(REFERS_TO) == digest)

    @property
    def compressed_size(self) -> int:
        """The pull size: the bytes of all layer blobs, as the manifest lists them."""
        return sum(layer.descriptor.size for layer in self.layers)

    @property
    def is_pull_known(self) -> bool:
        """Whether `compressed_size` is what a pull transfers; see `Layer.is_pull_known`."""
        return all(layer.is_pull_known for layer in self.layers)


def _number_layers(entries: tuple[HistoryEntry, ...], layer_count: int) -> tuple[HistoryStep, ...]:
    """Each entry with its layer: the entries that are not empty layers match the layers in order (config.md)."""
    steps, number = [], 0
    for entry in entries:
        made_layer = not entry.empty_layer and number < layer_count
        steps.append(HistoryStep(entry, number if made_layer else None))
        number += made_layer
    return tuple(steps)


def _is_plain(layer: Layer) -> bool:
    """Whether the blob is an uncompressed tar: the digests tell that, else the media type."""
    if layer.diff_id:
        return layer.diff_id == layer.descriptor.digest
    return media_types.is_plain_layer(layer.descriptor.media_type)


def _has_changesets(manifest: Manifest, config: ImageConfig) -> bool:
    """Whether the layers may be changesets; an image without layers counts as one whose layers are.

    BuildKit's attestations have an image config of an unknown platform, cosign's signatures one of no platform, and
    layers of their own types. A layer of an unknown type in any other image may be a changeset.
    """
    if not manifest.is_image or not manifest.layers:
        return manifest.is_image
    known = any(media_types.is_layer(layer.media_type) for layer in manifest.layers)
    return not config.platform.is_unknown and (known or bool(config.platform.os))


def _join_layers(
    descriptors: tuple[Descriptor, ...], config: ImageConfig, steps: tuple[HistoryStep, ...], *, is_image: bool
) -> tuple[Layer, ...]:
    history = {step.layer: step.entry for step in steps}
    diff_ids = config.diff_ids if len(config.diff_ids) == len(descriptors) else (None,) * len(descriptors)
    return tuple(
        Layer(number, descriptor, diff_ids[number] if is_image else None, history.get(number), is_image)
        for number, descriptor in enumerate(descriptors)
    )


def _mismatches(manifest: Manifest, config: ImageConfig) -> tuple[str, ...]:
    count = len(manifest.layers)
    history_count = sum(not entry.empty_layer for entry in config.history)
    warnings = []
    if config.history and history_count != count:
        warnings.append(
            f"the history has {history_count} layers, the manifest has {count}:"
            " a layer may be shown with a wrong instruction"
        )
    if len(config.diff_ids) != count:
        warnings.append(f"the config has {len(config.diff_ids)} diff_ids for {count} layers: no diff_id can be checked")
        return tuple(warnings)
    warnings += [
        f"the diff_id of layer {number} is not a digest: it cannot be checked"
        for number, diff_id in enumerate(config.diff_ids)
        if diff_id is None
    ]
    return tuple(warnings)
