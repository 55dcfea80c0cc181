"""The steps that made an image, joined with its layers, whatever the two say of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.oci.image_config import HistoryEntry

if TYPE_CHECKING:
    from layerscope.oci.image import Image


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One step of the history, and the layer it made; None for a step that only set metadata."""

    entry: HistoryEntry
    layer: int | None


def history_rows(image: Image) -> tuple[HistoryRow, ...]:
    """Every step in order, lowest first; layers that the history does not tell of follow at the end."""
    rows = [HistoryRow(step.entry, step.layer) for step in image.history]
    told = {row.layer for row in rows}
    rows += [HistoryRow(HistoryEntry(), layer.number) for layer in image.layers if layer.number not in told]
    return tuple(rows)
