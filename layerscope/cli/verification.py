"""The verdict on every part of an image, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerscope.content.inventory import Part
    from layerscope.errors import VerificationError
    from layerscope.report.rows import Row


def verdict_row(part: Part) -> Row:
    """A part with its verdict; `index` and `diffId` are those of a layer, `platform` and `artifact` of its image."""
    layer = part.layer if part.kind == "layer" else None
    return {
        "kind": part.kind,
        "index": layer.number if layer else None,
        "digest": str(part.descriptor.digest),
        "diffId": str(layer.diff_id) if layer and layer.diff_id else None,
        "size": part.descriptor.size,
        "platform": part.owner.platform or None,
        "artifact": part.owner.artifact or None,
        "status": str(part.status),
        "problem": part.problem or None,
    }


def failed_row(error: VerificationError) -> Row:
    """The only row where a source without a manifest is not what it should be: no more is known of the image."""
    unknown = dict.fromkeys(("index", "digest", "diffId", "size", "platform", "artifact"))
    return {"kind": "image", **unknown, "status": "mismatch", "problem": error.message}
