"""The Dockerfile itself, from the provenance that BuildKit attaches to an image with `mode=max`.

The provenance is an in-toto statement (docs/attestations of BuildKit): SLSA 0.2 or 1 with a member of BuildKit's own,
which has the texts of the build, and for each step its lines and its layers.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layerscope.blobs.store import BlobStore
from layerscope.blobs.verified import Document, read
from layerscope.errors import NotFound
from layerscope.oci import Descriptor, Digest, Image, Manifest, as_list, as_object, text
from layerscope.oci.strict_json import parse_object

_PREDICATE_TYPE = "in-toto.io/predicate-type"
_PROVENANCE = "https://slsa.dev/provenance/"
_METADATA = "https://mobyproject.org/buildkit@v1#metadata"


@dataclass(frozen=True, slots=True)
class BuildSource:
    """The file that an image was built from. `layers` has the layer that an instruction made, by its first line."""

    name: str
    data: bytes
    layers: Mapping[int, int]


def read_source(store: BlobStore, image: Image) -> BuildSource:
    """Fetch the provenance of an image, and return the Dockerfile in it.

    Raises `NotFound`, `InvalidDocument`, `VerificationError`, `SourceError`, `RegistryError` or `TransportError`.
    """
    digests = [layer.descriptor.digest for layer in image.layers]
    for descriptor in _statements(store, image):
        data = read(store, descriptor, f"the provenance {descriptor.digest.short}").checked()
        if found := source_of(parse_object(data, "the provenance"), digests):
            return found
    raise NotFound(
        "the image has no provenance with its Dockerfile",
        hint="`docker buildx build --provenance=mode=max` adds it to an image that is pushed to a registry",
    )


def source_of(statement: Mapping[str, Any], layers: Sequence[Digest]) -> BuildSource | None:
    """The Dockerfile in a statement about an image with these layers; None if the statement has none."""
    predicate = as_object(statement.get("predicate"))
    old = as_object(as_object(predicate.get("metadata")).get(_METADATA))
    new = as_object(as_object(as_object(predicate.get("runDetails")).get("metadata")).get("buildkit_metadata"))
    metadata = old or new
    source = as_object(metadata.get("source"))
    for number, info in enumerate(map(as_object, as_list(source.get("infos")))):
        if data := _decoded(text(info, "data")):
            lines = dict(_first_lines(as_object(source.get("locations")), number))
            made = _made_by(as_object(metadata.get("layers")), layers)
            found = {lines[step]: layer for step, layer in made if step in lines}
            return BuildSource(text(info, "filename"), data, found)
    return None


def _statements(store: BlobStore, image: Image) -> Iterator[Descriptor]:
    """The provenance statements that the index of an image has about it."""
    for entry in image.attestations:
        data = read(store, entry, f"the attestation {entry.digest.short}").checked()
        manifest = Document.parse(data, entry).value
        if isinstance(manifest, Manifest):
            yield from (
                layer for layer in manifest.layers if layer.annotations.get(_PREDICATE_TYPE, "").startswith(_PROVENANCE)
            )


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except ValueError:
        return b""


def _first_lines(locations: Mapping[str, Any], source: int) -> Iterator[tuple[str, int]]:
    """Each step with its first line in a source."""
    for step, value in locations.items():
        places = [as_object(place) for place in as_list(as_object(value).get("locations"))]
        ranges = [
            part for place in places if place.get("sourceIndex", 0) == source for part in as_list(place.get("ranges"))
        ]
        lines = [as_object(as_object(part).get("start")).get("line") for part in ranges]
        if known := [line for line in lines if type(line) is int]:
            yield step, min(known)


def _made_by(steps: Mapping[str, Any], layers: Sequence[Digest]) -> Iterator[tuple[str, int]]:
    """Each step with the highest layer of its result, if that is a layer of the image."""
    for output, chains in steps.items():
        for chain in as_list(chains):
            number = len(as_list(chain)) - 1
            digest = text(as_object(chain[-1]), "digest") if number >= 0 else ""
            if number < len(layers) and digest == str(layers[number]):
                yield output.partition(":")[0], number
