"""The lines above and below a list of names, and the status in its find bar."""

from collections.abc import Sequence

from layerscope.tui.lines.key_hints import key_hints
from layerscope.tui.lines.sizes import count_text
from layerscope.tui.lines.spans import Line, Span, line_width, safe, shorten
from layerscope.tui.rows.name_browser import NameBrowser
from layerscope.tui.state.trail import location_name


def names_header(browser: NameBrowser, limit: str, width: int) -> Line:
    """The location and the number of names; to the right the rate limit of the registry."""
    names = browser.names
    allowed = (Span(f"pulls limited {limit} ", "label"),) if limit else ()
    line: Line = (Span(" " + shorten(safe(location_name(names.location)), max(width - 2, 1)), "title"),)
    count = Span("  " + count_text(len(names.keys), names.noun), "label")
    if names.keys and line_width((*line, count)) <= width:
        line = (*line, count)
    space = width - line_width((*line, *allowed))
    return (*line, Span(" " * space), *allowed) if space > 0 else line


def names_footer(
    browser: NameBrowser, hints: Sequence[tuple[str, str, str]], waiting: str, width: int, *, can_go_back: bool
) -> Line:
    """The keys to the left, the progress to the right."""
    idle = set() if can_go_back or browser.state.search else {"escape"}
    if browser.names.noun == "repository":
        idle |= {"sort", "details", "parent"}
    return key_hints([hint for hint in hints if hint[2] not in idle], names_progress(browser, waiting), width)


def names_progress(browser: NameBrowser, waiting: str) -> Line:
    """What is being read, or why reading ended early."""
    names = browser.names
    if names.problem:
        return (Span("failed, ", "bad"), Span("r", "key"), Span(" retries", "label"))
    if names.stopped:
        return (Span("reading stopped, ", "warning"), Span("r", "key"), Span(" continues", "label"))
    if waiting:
        return (Span(safe(waiting), "warning"),)
    if not names.is_complete:
        return (Span(f"listing {names.noun[:-1] + 'ies' if names.noun.endswith('y') else names.noun + 's'}", "label"),)
    if browser.is_ordered_by_tags and browser.known_count < len(browser.rows):
        return (Span(f"read {browser.known_count:,} of {count_text(len(browser.rows), names.noun)}", "label"),)
    return ()


def name_find_status(browser: NameBrowser, width: int) -> Line:
    """How many names match, or what is wrong with the pattern."""
    search = browser.state.search
    if search is None:
        return ()
    if search.problem:
        return (Span(shorten(safe(search.problem), width), "bad"),)
    count = len(browser.rows)
    found = Span(f"{count:,} of {len(browser.names.keys):,}", "good" if count else "warning")
    return found, Span("  esc shows all", "faint")
