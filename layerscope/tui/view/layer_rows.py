"""From the session to the lines of the layers pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.layer_lines import LayerLine

if TYPE_CHECKING:
    from layerscope.tui.view.browser import Browser
    from layerscope.tui.view.history_rows import HistoryRow


def layer_rows(browser: Browser) -> list[LayerLine]:
    """One line for each step of the history."""
    return [_line(browser, row) for row in browser.history]


def _line(browser: Browser, row: HistoryRow) -> LayerLine:
    session, state = browser.session, browser.state
    if row.layer is None or session.image is None:
        return LayerLine(None, row.entry.created_by)
    content = session.contents.get(row.layer)
    fates = session.accounting.layers[row.layer] if session.accounting else None
    return LayerLine(
        number=row.layer,
        command=row.entry.created_by,
        pull_size=session.image.layers[row.layer].descriptor.size,
        received_size=session.received_size(row.layer),
        size=content.size if content else None,
        live_size=fates.live_size if fates else None,
        failure="" if content is None or session.is_good(row.layer) else content.status.value,
        compared=row.layer in state.scope.layers,
        is_mark=row.layer == state.mark,
    )
