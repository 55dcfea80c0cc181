"""What a survey reads: images by reference, and layers by what determines their content."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field, replace

from layerscope.layers.layer_index import READER_VERSION
from layerscope.oci import Descriptor, Layer, media_types

_VERSION = 1
"""Raise it if the records of an image have other figures or members than before."""
WORK = f"work/{READER_VERSION}-{_VERSION}"
"""The directory of what was read so far; another version of the reader reads all again."""
DOCUMENTS, LAYERS, IMAGES, FILES = f"{WORK}/documents", f"{WORK}/layers", f"{WORK}/images", "files"
MAX_ORIGINS = 3
"""Repositories that are asked for one layer, if the first ones do not have it whole."""


@dataclass(frozen=True, slots=True)
class LayerWork:
    """A layer to read, without what images say of it, and some of the images that have it."""

    layer: Layer
    references: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name of the layer in the storage."""
        return layer_key(self.layer)


@dataclass(frozen=True, slots=True)
class PlannedImage:
    """A reference, and the digest and layers of its image; without a digest, the `problem` says why."""

    reference: str
    digest: str = ""
    layers: tuple[Layer, ...] = ()
    problem: str = ""


@dataclass(slots=True)
class Plan:
    """All images, in order, and the layers to read by key."""

    images: list[tuple[str, str, str]] = field(default_factory=list)
    """Reference, digest and problem of each image."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys of the layers of each image, by digest."""
    layers: dict[str, LayerWork] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    """Why an image could not be measured, by digest."""

    def add(self, image: PlannedImage) -> None:
        """Add an image; layers that the plan has already are not added again."""
        self.images.append((image.reference, image.digest, image.problem))
        repository = _repository(image.reference)
        found = []
        for layer in image.layers:
            key = layer_key(layer)
            known = self.layers.setdefault(key, LayerWork(layer, ()))
            others = map(_repository, known.references)
            if len(known.references) < MAX_ORIGINS and repository not in others:
                self.layers[key] = replace(known, references=(*known.references, image.reference))
            found.append(sys.intern(key))
        if image.digest:
            self.keys.setdefault(image.digest, tuple(found))


def bare(layer: Layer) -> Layer:
    """The layer without what differs between images that share it."""
    promised = layer.descriptor
    return Layer(
        0,
        Descriptor(promised.media_type, promised.digest, promised.size),
        layer.diff_id,
        is_changeset=layer.is_changeset,
    )


def layer_key(layer: Layer) -> str:
    """A name for all that determines the content and the verdict; Docker's and OCI's types of layers are equal."""
    kind = layer.descriptor.media_type
    if media_types.is_layer(kind):
        kind = f"{media_types.is_foreign(kind)}{kind.rpartition('tar')[2].replace('.', '+')}"
    promise = [str(layer.descriptor.digest), layer.descriptor.size, kind, str(layer.diff_id), layer.is_changeset]
    return hashlib.sha256(json.dumps(promise).encode()).hexdigest()


def image_name(digest: str) -> str:
    """The name of an image in the storage: digests may be of any algorithm."""
    return hashlib.sha256(digest.encode()).hexdigest()


def _repository(reference: str) -> str:
    return reference.partition("@")[0].rpartition(":")[0] if ":" in reference.rpartition("/")[2] else reference
