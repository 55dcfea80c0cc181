"""Names of a registry or repository as rows, and what a search finds in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerscope.tui.state.name_list import Tag
    from layerscope.tui.state.search import Search


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name; `found` is the start and end of the match of a search, `tag` what is known of the tag."""

    name: str
    found: tuple[int, int] | None = None
    tag: Tag | None = None


def span_in_name(search: Search, name: str) -> tuple[int, int] | None:
    """Start and end of a match, or None: text and regular expressions match anywhere, globs as in paths.

    Names are ASCII by the grammar of references, so one byte is one character.
    """
    if search.kind == "glob":
        return _of_glob(search, name)
    found = re.search(search.pattern, (name.lower() if search.ignores_case else name).encode())
    return found.span() if found else None


def _of_glob(search: Search, name: str) -> tuple[int, int] | None:
    span = search.span_in(name.encode())
    last = name.rfind("/") + 1
    return (last + span[0], last + span[1]) if span else None
