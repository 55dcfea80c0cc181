"""Words for the files pane: what is compared, and why there may be nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.spans import safe
from layerscope.tui.view.view_state import Sort

if TYPE_CHECKING:
    from layerscope.tui.view.browser import Browser


def files_title(browser: Browser) -> str:
    """What is compared, how far it is read, and what is unusual about the look of it."""
    state = browser.state
    parts = [f"Files: {state.scope.title}" if browser.session.image else "Files"]
    if missing := _missing(browser):
        parts.append(missing)
    if state.sort is not Sort.NAME:
        parts.append(f"by {state.sort.value}")
    if state.ghosts:
        parts.append("with ghosts")
    if state.search:
        parts.append(f"matching {state.search.kind} {safe(state.search.text)}")
    hidden = sorted(kind.name.lower() for kind in state.hidden if kind.value != " ")
    if hidden:
        parts.append(f"without {', '.join(hidden)}")
    return " · ".join(parts)


def why_empty(browser: Browser) -> str:
    """Why there is no tree; empty text where there is one."""
    session = browser.session
    if session.problem:
        return "nothing could be read"
    if session.image is None:
        return "opening the image"
    if not session.layer_count:
        return "this image has no layers"
    return _why_no_files(browser)


def _why_no_files(browser: Browser) -> str:
    tree, content = browser.tree, browser.session.contents.get(browser.state.layer)
    if tree is not None and tree.wanted[1:].any():
        return ""
    if browser.state.search and not browser.is_searching:
        return "no path matches; esc shows all again"
    if tree is None or content is None:
        return "reading the layer"
    if content.problem:
        return f"the layer could not be read: {safe(content.problem)}"
    return "nothing to show" if browser.state.whole else "nothing changed here; press c for what did not change"


def _missing(browser: Browser) -> str:
    """Which of the compared layers, or of those below, are not in the table yet."""
    session = browser.session
    waiting = [
        layer
        for layer in range(min(browser.state.scope.after + 1, session.layer_count))
        if layer not in session.contents
    ]
    if not waiting:
        return ""
    return f"still reading layer {waiting[0]}" if len(waiting) == 1 else f"still reading {len(waiting)} layers"
