"""One step of the history, and of the layer that it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.blobs.status import BlobStatus
from layerscope.oci import HistoryStep, Layer
from layerscope.report.instruction import build_arguments, instruction_lines
from layerscope.report.table import UNKNOWN_PULL
from layerscope.tui.keymap import key_of
from layerscope.tui.lines.fields import count_text, field, fields, heading, natural_size, paragraph, percent, time_text
from layerscope.tui.lines.gap import MORE, Gap
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.rows.steps import Sign, Step
from layerscope.tui.state.read_layer import ReadLayer
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.insight.accounting import Accounting


def row_details(session: Session, row: Step, width: int) -> list[Line]:
    """The details of a row of the layers pane; of two images, first which of them has the step."""
    image, layer = (session, None) if row.layer is None else session.place(row.layer)
    lines = field("in", _owners(session, row), width) if session.base else []
    return lines + step_details(image, HistoryStep(row.entry, layer), width)


def _owners(session: Session, row: Step) -> str:
    """Which images have a step, and as which layer."""
    if row.sign is not Sign.BOTH:
        return f"only {'A' if row.sign is Sign.BASE else 'B'}"
    if row.layer is None:
        return "A and B"
    numbers = [session.place(layer)[1] for layer in (row.in_base, row.layer) if layer is not None]
    if len(set(numbers)) == 1:
        return "A and B; below, as in B" if len(numbers) > 1 else "A and B, at another position; below, as in A"
    return "A and B: layer {} of A, layer {} of B; below, as in B".format(*numbers)


def step_details(session: Session, row: HistoryStep, width: int) -> list[Line]:
    """The whole instruction, then the layer, its blob, and the fate of its bytes."""
    lines = instruction_block(row.entry.created_by, width)
    lines.append(())
    if row.layer is None or session.image is None:
        lines += fields((("layer", "none: this step only sets metadata"),), width)
        return lines + _origin(row, width)
    content = session.contents.get(row.layer)
    if content:
        lines += _problem_and_warnings(content, width)
    lines += _blob(session.image.layers[row.layer], width)
    lines += _verdict(content, width) if content else _not_read(session, width)
    return [*lines, *_fates(session, row.layer, width), *_origin(row, width)]


def _origin(row: HistoryStep, width: int) -> list[Line]:
    entry = row.entry
    rows = (("created", time_text(entry.created)), ("author", entry.author), ("comment", entry.comment))
    return fields(rows, width)


def _fates(session: Session, layer: int, width: int) -> list[Line]:
    """What the layer changed, and the fate of its bytes."""
    if session.accounting is None or not session.is_good(layer):
        return []
    return [*_changes(session, layer, width), *_bytes(session, session.accounting, layer, width)]


def _changes(session: Session, layer: int, width: int) -> list[Line]:
    """What the layer changed in the snapshot below it."""
    if incomplete := Gap.of(session, range(layer)).incomplete:
        return field("changes", f"unknown: {incomplete}", width, "faint")
    counts = session.change_counts[layer]
    changed = [
        f"{count:,} {what}"
        for count, what in (
            (counts.added_count, "added"),
            (counts.modified_count, "modified"),
            (counts.unknown_count, "unknown"),
            (counts.removed_count, "removed"),
            (counts.touched_count, "touched"),
        )
        if count
    ]
    return field("changes", ", ".join(changed) or "none", width)


def _bytes(session: Session, accounting: Accounting, layer: int, width: int) -> list[Line]:
    """The fate of its bytes, which the layers above decide."""
    fates = accounting.layers[layer]
    if not fates.size:
        return []
    if incomplete := Gap.of(session, range(layer + 1, session.layer_count)).incomplete:
        return field("live", f"unknown: {incomplete}", width, "faint")
    lines = field("live", f"{natural_size(fates.live_size)}, {percent(fates.efficiency)}", width, "good")
    for dead in accounting.dead_bytes(layer):
        what = f"{natural_size(dead.size)} {dead.fate.name.lower()}"
        lines += field("wasted", f"{what} by layer {dead.killer}" if dead.killer != layer else what, width, "bad")
    if fates.metadata_only_size:
        same = f"{natural_size(fates.metadata_only_size)} overwritten (metadata only)"
        lines += field("", same, width, "label")
    return lines


def instruction_block(created_by: str, width: int) -> list[Line]:
    """The instruction with its `&&` chain broken into lines, and the build arguments that were recorded with it."""
    if not created_by:
        return [(Span("no instruction is recorded", "faint"),)]
    lines = [
        part for line in instruction_lines(created_by) for part in paragraph(safe(line), width, "command", indent=4)
    ]
    for argument in build_arguments(created_by):
        lines += field("argument", safe(argument), width, "faint")
    return lines


def _blob(layer: Layer, width: int) -> list[Line]:
    return fields(
        (
            ("digest", str(layer.descriptor.digest)),
            ("diff_id", str(layer.diff_id or "")),
            ("media type", layer.descriptor.media_type),
            ("pull", natural_size(layer.descriptor.size) if layer.is_pull_known else UNKNOWN_PULL),
        ),
        width,
    )


def _verdict(content: ReadLayer, width: int) -> list[Line]:
    """The size that was read, and the status; it is called `size` only if the layer was read whole."""
    amount = f"{natural_size(content.size)} in {count_text(content.entry_count, 'entry')}"
    lines: list[Line] = []
    if content.is_sound or content.entry_count:
        sign = "" if content.is_whole else f"; {MORE} after a size: the layer has more"
        lines += fields((("size" if content.is_sound else "read", amount + sign),), width)
    if content.is_listed:
        text = f"listed by its table of contents; {key_of('retry', 'r')} reads the layer, and verifies it"
        lines += field("fetched", natural_size(content.fetched_size), width)
        return lines + field("status", text, width, "warning")
    good = content.status is BlobStatus.VERIFIED
    return lines + field("status", safe(content.status), width, "good" if good else "bad")


def _not_read(session: Session, width: int) -> list[Line]:
    if session.stopped:
        return field("status", "not read: reading was stopped", width, "warning")
    return field("status", "not read yet", width, "faint")


def _problem_and_warnings(content: ReadLayer, width: int) -> list[Line]:
    lines: list[Line] = []
    if content.problem:
        lines += [*heading("Problem"), *paragraph(safe(content.problem), width, "bad")]
    if content.warnings:
        lines += heading("Warnings")
        for warning in content.warnings:
            lines += paragraph(safe(warning), width, "warning")
    return lines
