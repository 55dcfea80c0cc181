"""From the session to the lines of the layers pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.layer_lines import LayerLine

if TYPE_CHECKING:
    from layerscope.tui.rows.browser import Browser
    from layerscope.tui.rows.history_rows import HistoryRow
    from layerscope.tui.state.session import Session


def layer_rows(browser: Browser) -> list[LayerLine]:
    """One line for each step of the history; below a layer that is not there nobody knows what became of bytes."""
    highest_unread = max((layer.number for layer in browser.session.unread), default=-1)
    return [_line(browser, row, highest_unread) for row in browser.history]


def _line(browser: Browser, row: HistoryRow, highest_unread: int) -> LayerLine:
    session, state = browser.session, browser.state
    if row.layer is None or session.image is None:
        return LayerLine(None, row.entry.created_by)
    content = session.contents.get(row.layer)
    fates = session.accounting.layers[row.layer] if session.accounting and row.layer > highest_unread else None
    return LayerLine(
        number=row.layer,
        command=row.entry.created_by,
        pull_size=session.image.layers[row.layer].descriptor.size,
        received_size=session.received_size(row.layer),
        size=content.size if content else None,
        live_size=fates.live_size if fates else None,
        failure=_failure(session, row.layer),
        compared=row.layer in state.scope.layers,
        is_mark=row.layer == state.mark,
    )


def _failure(session: Session, layer: int) -> str:
    """Why there is no layer to tell of, in a word; empty text where it is there, or comes."""
    content = session.contents.get(layer)
    if content is None:
        return "stopped" if session.stopped else ""
    return "" if content.is_sound else content.word
