"""The facts of one step of the history, and of the layer that it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.layers.layer_content import BlobStatus
from layerscope.report.instruction import instruction_lines
from layerscope.tui.lines.fields import field, fields, heading, paragraph
from layerscope.tui.lines.sizes import count_text, natural_size
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.lines.times import time_text

if TYPE_CHECKING:
    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.image import Layer
    from layerscope.tui.view.history_rows import HistoryRow


def step_details(row: HistoryRow, layer: Layer | None, content: LayerContent | None, width: int) -> list[Line]:
    """The instruction whole, then what is known of the layer, its blob and whether the two agree."""
    lines = instruction_block(row.entry.created_by, width)
    lines.append(())
    if layer is None:
        lines += fields((("layer", "none: this step only sets metadata"),), width)
    else:
        lines += _blob(layer, content, width)
    lines += fields(
        (("created", time_text(row.entry.created)), ("author", row.entry.author), ("comment", row.entry.comment)),
        width,
    )
    if content:
        lines += _troubles(content, width)
    return lines


def instruction_block(created_by: str, width: int) -> list[Line]:
    """The instruction with its `&&` chain broken into lines."""
    if not created_by:
        return [(Span("no instruction is recorded", "faint"),)]
    lines = instruction_lines(created_by)
    return [part for line in lines for part in paragraph(safe(line), width, "command", indent=4)]


def _blob(layer: Layer, content: LayerContent | None, width: int) -> list[Line]:
    lines = fields(
        (
            ("digest", str(layer.descriptor.digest)),
            ("diff_id", str(layer.diff_id or "")),
            ("type", layer.descriptor.media_type),
            ("pull", natural_size(layer.descriptor.size)),
        ),
        width,
    )
    if content is None:
        return lines + field("status", "not read yet", width, "faint")
    lines += fields(
        (("size", f"{natural_size(content.index.payload_size)} in {count_text(content.index.count, 'entry')}"),), width
    )
    good = content.status is BlobStatus.VERIFIED
    return lines + field("status", safe(content.status), width, "good" if good else "bad")


def _troubles(content: LayerContent, width: int) -> list[Line]:
    lines: list[Line] = []
    if content.problem:
        lines += [*heading("Problem"), *paragraph(safe(content.problem), width, "bad")]
    if content.warnings:
        lines += heading("Warnings")
        for warning in content.warnings:
            lines += paragraph(safe(warning), width, "warning")
    return lines
