"""The verdict on every part of an image, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.oci.digest import Digest
from layerscope.registry.manifests import find_manifest
from layerscope.sources.open import registry_reference

if TYPE_CHECKING:
    from layerscope.cli.opening import ImageRequest
    from layerscope.errors import VerificationError
    from layerscope.insight.image_facts import ImageFacts
    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.image import Layer
    from layerscope.report.rows import Row

VERIFIED, MISMATCH = "verified", "mismatch"


def verdict_rows(facts: ImageFacts, announced: Digest | None) -> list[Row]:
    """A row for the index (if there is one), the manifest, the config and each layer.

    `announced` is the digest that a registry keeps the image under; None where it does not matter.
    """
    image = facts.image
    documents = [("index", image.index_bytes)] if image.index_bytes else []
    if image.descriptor:
        documents.append(("manifest", image.manifest_bytes))
    rows = [_row(kind, Digest.of(data), len(data)) for kind, data in documents]
    if announced and rows and rows[0]["digest"] != str(announced):
        rows[0] |= {"status": MISMATCH, "problem": f"the registry keeps it as {announced}"}
    config = image.manifest.config
    rows.append(_row("config", config.digest, config.size))
    pairs = zip(image.layers, facts.contents, strict=True)
    return rows + [_layer_row(layer, content) for layer, content in pairs if content]


def failed_row(error: VerificationError) -> Row:
    """The only row where the manifest is not what it should be: no more is known of the image."""
    return _row("image", None, None) | {"status": MISMATCH, "problem": error.message}


def with_damaged_config(rows: list[Row], error: VerificationError) -> list[Row]:
    """The rows with the verdict on the config."""
    bad = {"status": MISMATCH, "problem": error.message}
    return [row | bad if row["kind"] == "config" else row for row in rows]


def announced_digest(request: ImageRequest) -> Digest | None:
    """What a registry says is the digest of the image by that tag; None for all else.

    Raises `RegistryError` or `TransportError`.
    """
    reference = registry_reference(request.text)
    if reference is None or reference.digest:
        return None
    with request.connection.client(reference.domain) as client:
        found = find_manifest(client, reference)
    return found.digest if found else None


def _row(kind: str, digest: Digest | None, size: int | None) -> Row:
    return {
        "kind": kind,
        "index": None,
        "digest": str(digest) if digest else None,
        "diffId": None,
        "size": size,
        "status": VERIFIED,
        "problem": None,
    }


def _layer_row(layer: Layer, content: LayerContent) -> Row:
    return _row("layer", layer.descriptor.digest, layer.descriptor.size) | {
        "index": layer.number,
        "diffId": str(layer.diff_id) if layer.diff_id else None,
        "status": str(content.status),
        "problem": content.problem or None,
    }
