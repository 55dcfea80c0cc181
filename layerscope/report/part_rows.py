"""The parts of an image with their status, as rows."""

from layerscope.content.inventory import Part
from layerscope.report.rows import Row


def part_row(part: Part) -> Row:
    """A part with its status. Only layers have `index` and `diffId`; `platform` and `artifact` are of the image."""
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
