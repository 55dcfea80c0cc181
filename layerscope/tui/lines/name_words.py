"""Words for a list of names: its title, the lines above and below it, and why it is empty."""

from collections.abc import Mapping, Sequence

from layerscope.errors import LayerscopeError
from layerscope.tui.keymap import key_of
from layerscope.tui.lines.fields import count_text, paragraph
from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.screen_lines import key_hints
from layerscope.tui.lines.spans import Line, Span, line_width, safe, shorten
from layerscope.tui.rows.name_browser import NameBrowser
from layerscope.tui.state.name_list import Order
from layerscope.tui.state.trail import location_name

_TITLES = {"repository": "Repositories", "tag": "Tags", "name": "Open"}


def names_title(browser: NameBrowser) -> str:
    """What is listed, in which order, with which filter, and what is missing."""
    names, state = browser.names, browser.state
    parts = [_TITLES[names.noun]]
    if state.order is not Order.NAME:
        parts.append(f"by {state.order.value}")
    if state.valid_search:
        parts.append(f"matching {state.valid_search.kind} {safe(state.valid_search.text)}")
    if names.dropped_count:
        parts.append(f"{count_text(names.dropped_count, 'invalid name')} left out")
    if names.keys and (reason := why_incomplete(browser)):
        parts.append(reason)
    return " · ".join(parts)


def why_incomplete(browser: NameBrowser) -> str:
    """Why there may be more names than are listed; empty if all are listed."""
    names = browser.names
    if names.problem:
        return f"incomplete: {safe(names.problem.message)}"
    if names.incomplete:
        return f"incomplete: {safe(names.incomplete)}"
    if names.stopped and not names.is_complete:
        return "incomplete: stopped"
    return "" if names.is_complete else "more to come"


def why_no_names(browser: NameBrowser, width: int) -> list[Line]:
    """The reason why no names are shown."""
    names = browser.names
    if names.noun == "name":
        hint = "type the name of an image, as in alpine:3.20 or ./image.tar, or of a registry, as in localhost:5000/"
        return [*paragraph(hint, width, "value", indent=2), (), _faint("  `layerscope demo` opens a sample image")]
    if names.keys:
        return [_faint("  nothing matches; esc shows all again")]
    if names.problem:
        return [*problem_lines(names.problem, width), (), *_keys_to_go_on(names.noun)]
    if not names.is_complete:
        return [
            _faint(
                f"  reading was stopped; {key_of('retry', 'r')} continues" if names.stopped else "  asking the registry"
            )
        ]
    what = "repositories in this registry" if names.noun == "repository" else "tags in this repository"
    return [_faint(f"  there are no {what}")]


def _faint(text: str) -> Line:
    return (Span(text, "faint"),)


def _keys_to_go_on(noun: str) -> list[Line]:
    name = "name a repository" if noun == "repository" else "name another repository or image"
    keys = ((key_of("retry", "r"), "retry"), (key_of("go_to", ":"), name), (key_of("quit", "q"), "quit"))
    return [tuple(span for key, word in keys for span in (Span(key, "key"), Span(f" {word}   ", "label")))]


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
    if browser.names.noun != "tag":
        idle |= {"sort", "details", "parent", "mark", "compare"}
    return key_hints([hint for hint in hints if hint[2] not in idle], names_progress(browser, waiting), width)


def names_progress(browser: NameBrowser, waiting: str) -> Line:
    """What is being read, or why reading ended early."""
    names = browser.names
    if names.problem:
        return (Span("failed, ", "bad"), Span(key_of("retry", "r"), "key"), Span(" retries", "label"))
    if names.stopped:
        return (Span("reading stopped, ", "warning"), Span(key_of("retry", "r"), "key"), Span(" continues", "label"))
    if waiting:
        return (Span(safe(waiting), "warning"),)
    if not names.is_complete:
        return (Span(f"listing {names.noun[:-1] + 'ies' if names.noun.endswith('y') else names.noun + 's'}", "label"),)
    if browser.is_ordered_by_tags and browser.known_count < len(browser.rows):
        return (Span(f"read {browser.known_count:,} of {count_text(len(browser.rows), names.noun)}", "label"),)
    return ()


def engines_text(engines: Mapping[str, list[str] | LayerscopeError | None]) -> str:
    """What is known of each engine, in a few words: the number of its images, or that it does not answer."""
    return " · ".join(f"{name}: {_engine_words(found)}" for name, found in engines.items())


def _engine_words(found: list[str] | LayerscopeError | None) -> str:
    if found is None:
        return "asking"
    return "off" if isinstance(found, LayerscopeError) else count_text(len(found), "image")


def start_status(browser: NameBrowser, width: int) -> Line:
    """What enter opens, apart from the hint to the left."""
    name = browser.cursor_name
    return (Span(shorten(f" enter opens {safe(name)}", width), "label"),) if name else ()


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
