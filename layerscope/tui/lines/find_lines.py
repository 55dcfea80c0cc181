"""The find bar: what is looked for, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.sizes import count_text
from layerscope.tui.lines.spans import Line, Span, fit, safe, shorten

if TYPE_CHECKING:
    from layerscope.tui.view.browser import Browser

STATUS_WIDTH = 34


def find_prompt(browser: Browser, width: int) -> Line:
    """What kind of pattern it is."""
    search = browser.state.search
    return (Span(fit(f" {search.kind if search else 'find'}", width), "key"),)


def find_status(browser: Browser, width: int) -> Line:
    """How many paths were found, or what is wrong."""
    search = browser.state.search
    if search is None:
        return ()
    if search.problem:
        return (Span(shorten(safe(search.problem), width), "bad"),)
    if browser.is_searching or browser.tree is None:
        return (Span("looking", "label"),)
    count = browser.tree.match_count
    if not count:
        return (Span("nothing found", "warning"),)
    number = browser.match_number
    found = f"{number:,} of {count:,}" if number else count_text(count, "match")
    return (Span(found, "good"), Span("  n/N next, esc clears", "faint"))
