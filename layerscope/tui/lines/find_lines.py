"""The find bar: the kind of the pattern, and what was found."""

from layerscope.filesystem.patterns import PathPattern
from layerscope.tui.lines.fields import count_text
from layerscope.tui.lines.spans import Line, Span, fit, safe, shorten
from layerscope.tui.rows.browser import Browser
from layerscope.tui.state.listing_look import ListingLook

REGEX_KEY = "ctrl+t"
REGEX_HELP = "switch between regular expressions and text or globs"


def find_prompt(search: PathPattern | None, width: int, *, is_regex: bool) -> Line:
    """The kind of the pattern: text, glob or regular expression; `find` if nothing is typed yet."""
    kind = search.kind if search else "regex" if is_regex else "find"
    return (Span(fit(f" {kind}", width), "key"),)


def find_hint(*, is_regex: bool) -> str:
    """What the user may type; shown while the line is empty."""
    return f"regex; {REGEX_KEY} for text or a glob" if is_regex else f"text or glob; {REGEX_KEY} for a regex"


def listing_find_status(look: ListingLook, count: int | None, width: int) -> Line:
    """How many rows of a listing were found, or what is wrong with the pattern; None if there is no listing yet."""
    search = look.search
    if search is None or count is None:
        return ()
    if search.problem:
        return (Span(shorten(safe(search.problem), width), "bad"),)
    if not count:
        return (Span("nothing found", "warning"),)
    return (Span(count_text(count, "row"), "good"), Span("  esc shows all", "faint"))


def find_status(browser: Browser, width: int) -> Line:
    """How many paths were found, or what is wrong with the pattern."""
    search = browser.state.search
    if search is None:
        return ()
    if search.problem:
        return (Span(shorten(safe(search.problem), width), "bad"),)
    if browser.is_searching or browser.files is None:
        return (Span("searching", "label"),)
    count = browser.files.tree.match_count
    if not count:
        return (Span("nothing found", "warning"),)
    number = browser.files.match_number
    found = f"{number:,} of {count:,}" if number else count_text(count, "match")
    return (Span(found, "good"), Span("  n/N next, esc clears", "faint"))
