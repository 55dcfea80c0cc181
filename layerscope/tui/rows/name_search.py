"""Where a search finds something in the name of a repository or tag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerscope.tui.state.search import Search


def place_in_name(search: Search, name: str) -> tuple[int, int] | None:
    """Start and end of what it finds, None for nothing: text and regular expressions anywhere, globs as in paths.

    Names are ASCII by the grammar of references, so that bytes count as characters do.
    """
    if search.kind == "glob":
        return _of_glob(search, name)
    found = re.search(search.pattern, (name.lower() if search.ignores_case else name).encode())
    return found.span() if found else None


def _of_glob(search: Search, name: str) -> tuple[int, int] | None:
    place = search.place_in(name.encode())
    last = name.rfind("/") + 1
    return (last + place[0], last + place[1]) if place else None
