"""Which layers two images share, and what is left to pull of the second one if the first one is there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from layerscope.oci import Digest, Image, Layer

_SUM = re.compile(r"\b(file|dir|multi):[0-9a-f]{12,64}\b")
"""The digest of the copied files, as the classic builder and buildah write it: it changes with the files."""


class SharedLayer(NamedTuple):
    """A layer that both images have, as each of them describes it."""

    before: Layer
    after: Layer


@dataclass(frozen=True, slots=True)
class LayerSets:
    """The layers of two images, lowest first.

    A layer is shared if both images have its blob, or its diff_id: archives hold the same layers in other blobs.
    """

    shared: tuple[SharedLayer, ...]
    removed: tuple[Layer, ...]
    added: tuple[Layer, ...]

    @classmethod
    def of(cls, before: Image, after: Image) -> LayerSets:
        """Pair each layer of `after` with the lowest one of `before` that is the same and not paired yet."""
        unpaired: defaultdict[Digest, list[Layer]] = defaultdict(list)
        for layer in reversed(before.layers):
            for key in _keys(layer):
                unpaired[key].append(layer)
        partners: dict[int, Layer] = {}
        for layer in after.layers:
            same = _lowest(unpaired, layer, partners)
            if same:
                partners[same.number] = layer
        taken = {layer.number for layer in partners.values()}
        return cls(
            tuple(SharedLayer(layer, partners[layer.number]) for layer in before.layers if layer.number in partners),
            tuple(layer for layer in before.layers if layer.number not in partners),
            tuple(layer for layer in after.layers if layer.number not in taken),
        )

    @property
    def pull_size(self) -> int:
        """Bytes to pull for the second image if the first one is there. A blob that is listed twice is pulled once."""
        there = (*(pair.before for pair in self.shared), *self.removed)
        known = {key for layer in there for key in _keys(layer)}
        lacking = (layer.descriptor for layer in self.added if known.isdisjoint(_keys(layer)))
        return sum({blob.digest: blob.size for blob in lacking}.values())

    @property
    def is_pull_known(self) -> bool:
        """Whether `pull_size` is what a pull transfers; see `Layer.is_pull_known`."""
        return all(layer.is_pull_known for layer in self.added)

    @property
    def has_other_blobs(self) -> bool:
        """Whether only one image has a blob that is not a file system layer."""
        return any(not layer.is_changeset for layer in (*self.removed, *self.added))


def is_same_image(before: Image, after: Image) -> bool:
    """Whether both are the same manifest, and so equal without a look at any layer."""
    same_manifest = before.descriptor and after.descriptor and before.descriptor.digest == after.descriptor.digest
    return bool(same_manifest) and len(before.layers) == len(after.layers)


def is_same_layer(one: Layer, other: Layer) -> bool:
    """Whether both layers have one blob, or one diff_id."""
    return not set(_keys(one)).isdisjoint(_keys(other))


def without_sums(command: str) -> str:
    """The command of a layer without the digests of the copied files: it is the same in the next build."""
    return _SUM.sub(r"\1", command)


def _keys(layer: Layer) -> tuple[Digest, ...]:
    return (layer.descriptor.digest, layer.diff_id) if layer.diff_id else (layer.descriptor.digest,)


def _lowest(unpaired: Mapping[Digest, list[Layer]], wanted: Layer, partners: Container[int]) -> Layer | None:
    """Take the lowest layer that is the same as `wanted` and has no partner yet; None if there is none."""
    for key in _keys(wanted):
        layers = unpaired[key]
        while layers:
            layer = layers.pop()
            if layer.number not in partners:
                return layer
    return None
