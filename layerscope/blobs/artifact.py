"""The content of an artifact, as a signature, an SBOM or an attestation: its manifest and its parts."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from layerscope.blobs.store import BlobStore
from layerscope.blobs.verified import Document, read
from layerscope.errors import InvalidDocument
from layerscope.oci import Descriptor, Manifest, text
from layerscope.oci.strict_json import parse_object

MOST_PARTS = 20
MOST_BYTES = 16 << 20
"""Of all parts together."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document of an artifact, what it is, and why it could not be read, if so; the title is not yet safe."""

    title: str
    data: bytes = b""
    problem: str = ""


def artifact_parts(store: BlobStore, entry: Descriptor, check: Callable[[], None] = lambda: None) -> list[Part]:
    """The manifest, then its layers; a part that cannot be read has a problem. `check` may raise before each read.

    Raises the errors of reading the manifest.
    """
    data = read(store, entry, f"the manifest {entry.digest.short}").checked()
    value = Document.parse(data, entry).value
    parts, rest = [Part(f"manifest {entry.digest}", data)], MOST_BYTES
    layers = value.layers if isinstance(value, Manifest) else ()
    for layer in islice(layers, MOST_PARTS):
        check()
        parts.append(_part(store, layer, rest))
        rest -= len(parts[-1].data)
    if len(layers) > MOST_PARTS:
        parts.append(Part(f"{len(layers) - MOST_PARTS} more parts", problem="they are not shown"))
    return parts


def _part(store: BlobStore, layer: Descriptor, rest: int) -> Part:
    title = f"{layer.media_type} {layer.digest}"
    if layer.size > rest:
        return Part(title, problem="the parts before it are large already, so it is not read")
    reading = read(store, layer, f"the part {layer.digest.short}")
    return Part(title, _unwrapped(reading.data), reading.error.message if reading.error else "")


def _unwrapped(data: bytes) -> bytes:
    """The payload of a signed envelope (DSSE); other bytes as they are."""
    try:
        envelope = parse_object(data, "the envelope")
        return base64.b64decode(text(envelope, "payload"), validate=True) if "payloadType" in envelope else data
    except (InvalidDocument, ValueError):
        return data
