"""The steps of the history as rows, with the layer that each of them made."""

from collections.abc import Sequence
from dataclasses import dataclass

from layerscope.oci import HistoryStep
from layerscope.tui.state.session import Session
from layerscope.tui.state.view_state import ViewState


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One step; sizes in bytes, None while they are not known. `number` is None for a step that made no layer.

    `command` is from outside, and not yet safe.
    """

    number: int | None
    command: str
    compressed_size: int = 0
    received_size: int = 0
    size: int | None = None
    live_size: int | None = None
    failure: str = ""
    compared: bool = False
    is_mark: bool = False


def layer_rows(history: Sequence[HistoryStep], session: Session, state: ViewState) -> list[LayerRow]:
    """One row per step of the history; below a missing layer, the fate of bytes is unknown."""
    highest_unread = max((layer.number for layer in session.unread), default=-1)
    return [_row(row, session, state, highest_unread) for row in history]


def _row(row: HistoryStep, session: Session, state: ViewState, highest_unread: int) -> LayerRow:
    if row.layer is None or session.image is None:
        return LayerRow(None, row.entry.created_by)
    content = session.contents.get(row.layer)
    fates = session.accounting.layers[row.layer] if session.accounting and row.layer > highest_unread else None
    return LayerRow(
        number=row.layer,
        command=row.entry.created_by,
        compressed_size=session.image.layers[row.layer].descriptor.size,
        received_size=session.received_size(row.layer),
        size=content.size if content else None,
        live_size=fates.live_size if fates else None,
        failure=_failure(session, row.layer),
        compared=row.layer in state.scope.layers,
        is_mark=row.layer == state.mark,
    )


def _failure(session: Session, layer: int) -> str:
    """Why a layer is missing, in a word; empty if it is read, or will be."""
    content = session.contents.get(layer)
    if content is None:
        return "stopped" if session.stopped else ""
    return "" if content.is_sound else content.status_word
