"""Words for a list of names: its title, and why it is empty."""

from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.sizes import count_text
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.rows.name_browser import NameBrowser
from layerscope.tui.state.name_list import Order


def names_title(browser: NameBrowser) -> str:
    """What is listed, in which order, with which filter, and what is missing."""
    names, state = browser.names, browser.state
    parts = ["Repositories" if names.noun == "repository" else "Tags"]
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
    if names.keys:
        return [_faint("  nothing matches; esc shows all again")]
    if names.problem:
        return [*problem_lines(names.problem, width), (), *_keys_to_go_on(names.noun)]
    if not names.is_complete:
        return [_faint("  reading was stopped; r continues" if names.stopped else "  asking the registry")]
    what = "repositories in this registry" if names.noun == "repository" else "tags in this repository"
    return [_faint(f"  there are no {what}")]


def _faint(text: str) -> Line:
    return (Span(text, "faint"),)


def _keys_to_go_on(noun: str) -> list[Line]:
    name = "name a repository" if noun == "repository" else "name another repository or image"
    keys = (("r", "retry"), (":", name), ("q", "quit"))
    return [tuple(span for key, word in keys for span in (Span(key, "key"), Span(f" {word}   ", "label")))]
