"""Merging layers into a table, again and again while they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.tui.messages import TableMerged

if TYPE_CHECKING:
    from layerscope.layers.layer_index import LayerIndex

PATIENCE_AN_ENTRY = 50e-6
MOST_PATIENCE = 5.0
"""Seconds: many times as long as the merge takes, which has to be done again when the next layer is there."""


@dataclass(frozen=True, slots=True)
class MergeWish:
    """The layers that have arrived, None for the others. The last wish has all of them.

    Merging takes them out of it: the columns of a big image are not held longer than they are needed.
    """

    indexes: list[LayerIndex | None]

    @property
    def is_last(self) -> bool:
        """Whether nothing more will come."""
        return None not in self.indexes

    @property
    def patience(self) -> float:
        """How many seconds to wait for more layers, before these are merged without them."""
        if self.is_last:
            return 0.0
        count = sum(index.count for index in self.indexes if index is not None)
        return min(count * PATIENCE_AN_ENTRY, MOST_PATIENCE)


def merge(wish: MergeWish) -> TableMerged:
    """Merge, and once everything is there take the account, so that no frame has to wait for either."""
    from layerscope.filesystem.table import FileTable  # noqa: PLC0415 - numpy loads after the first frame
    from layerscope.insight.accounting import Accounting  # noqa: PLC0415 - the same
    from layerscope.insight.changes import change_counts  # noqa: PLC0415 - the same

    known, is_last = sum(index is not None for index in wish.indexes), wish.is_last
    table = FileTable.merge(wish.indexes)
    wish.indexes.clear()
    if not is_last:
        return TableMerged(table, known)
    accounting = Accounting.of(table)
    _ = accounting.layers, accounting.compressed_layers
    return TableMerged(table, known, accounting, change_counts(table))
