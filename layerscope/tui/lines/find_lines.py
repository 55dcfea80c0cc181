"""The find bar: the kind of the pattern, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from layerscope.filesystem.layer_numbers import own_number
from layerscope.report.failures import failures
from layerscope.tui.keymap import key_of
from layerscope.tui.lines.fields import count_text
from layerscope.tui.lines.spans import Line, Span, fit, line_width, safe, shorten
from layerscope.tui.rows.browser import Browser
from layerscope.tui.state.listing_look import LIST, ListingLook
from layerscope.tui.state.scope import image_name

if TYPE_CHECKING:
    from layerscope.tui.rows.tree_view import TreeView

REGEX_KEY = "ctrl+t"
REGEX_HELP = "switch between regular expressions and text or globs"


MOST_LAYERS = 2
"""Layers that are named by their numbers in the find bar."""
QUERY_HINT = "text, glob, >10M, mode:suid"


class Pattern(Protocol):
    """What a find bar looks for: a pattern or a query."""

    @property
    def kind(self) -> str:
        """In a word: text, glob, regex or query."""


def find_prompt(search: Pattern | None, width: int, *, is_regex: bool) -> Line:
    """The kind of the pattern: text, glob or regular expression; `find` if nothing is typed yet."""
    kind = search.kind if search else "regex" if is_regex else "find"
    return (Span(fit(f" {kind}", width), "key"),)


def find_hint(usual: str, *, is_regex: bool) -> str:
    """What the user may type; shown while the line is empty."""
    key = key_of("regex", REGEX_KEY)
    return f"regex; {key} for text or a glob" if is_regex else f"{usual}; {key} for a regex"


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
    """How many paths were found here and in other layers; of a text that is no query, what was found before it."""
    tree = browser.tree
    if browser.state.search is None:
        return ()
    if tree is None or browser.files is None or (browser.is_searching and not browser.files.found):
        return (Span("searching", "label"),)
    if tree.found is None:
        return ()
    if browser.state.listing == LIST:
        return _listed(tree)
    if tree.match_count:
        count = _count(browser.files.match_number, tree.match_count)
        return _with_keys((count, *_others(tree, "label")), width)
    others = _others(tree, "warning")
    return (Span("none here" if others else "nothing found", "warning"), *others)


def find_problem(browser: Browser, width: int) -> Line:
    """What is wrong with the query or with what it found, and why; empty if nothing is."""
    refused = browser.files.refused if browser.files else None
    if refused is None:
        return _unknown_packages(browser, width)
    reason = refused.reason if refused.text.is_regex else f"`{refused.word}`: {refused.reason}"
    return (Span(shorten(f" {safe(reason)}", width), "bad"),)


def _unknown_packages(browser: Browser, width: int) -> Line:
    """The layers whose packages are not known, if the query asks for packages."""
    found, listed = browser.files and browser.files.found, browser.session.listed
    if not (found and listed and found.query.asks_for_packages):
        return ()
    layers = failures({layer.number: "is only listed" for layer in listed})
    words = f" {layers}, so packages may be missing; {key_of('retry', 'r')} reads all"
    return (Span(shorten(words, width), "warning"),)


def _count(number: int, count: int) -> Span:
    return Span(f"{number:,} of {count:,}" if number else count_text(count, "match"), "good")


def _listed(tree: TreeView) -> Line:
    """The same for the list of files, which has no next match."""
    assert tree.found is not None
    if tree.found.query.asks_for_dead:
        return (Span(f"{count_text(int(tree.found.hits.sum()), 'path')} in all layers", "good"),)
    count = len(tree.hits)
    return Span(count_text(count, "path"), "good" if count else "warning"), *_others(tree, "label")


def _others(tree: TreeView, style: str) -> Line:
    """The matches that are not shown: those that filters hide, and those of other layers."""
    hidden = (f", {tree.hidden_match_count:,} hidden",) if tree.hidden_match_count else ()
    elsewhere = (f", {elsewhere_text(tree, more=bool(tree.match_count))}",) if tree.elsewhere else ()
    return tuple(Span(text, style) for text in (*hidden, *elsewhere))


def elsewhere_text(tree: TreeView, *, more: bool = False) -> str:
    """`22 in layer 0`, `30 more in layers 0 and 3`, `500 in 7 layers`; of two images, with the image."""
    layers, scope = tree.elsewhere, tree.compared.scope
    numbers = [str(own_number(layer)) for layer, _ in layers]
    named = f"layer {numbers[0]}" if len(numbers) == 1 else f"layers {' and '.join(numbers)}"
    where = named if len(numbers) <= MOST_LAYERS else f"{len(numbers)} layers"
    image = f" of {image_name(scope.after)}" if scope.in_pair else ""
    return f"{sum(count for _, count in layers):,}{' more' if more else ''} in {where}{image}"


def _with_keys(line: Line, width: int) -> Line:
    keys = Span(f"  {key_of('next_match', 'n')}/{key_of('previous_match', 'N')} next, esc clears", "faint")
    return (*line, keys) if line_width((*line, keys)) <= width else line
