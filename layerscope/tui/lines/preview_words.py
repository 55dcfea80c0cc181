"""Words around the content of a file: its title, and the tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.state.preview_look import Tab

if TYPE_CHECKING:
    from layerscope.tui.rows.target import Target

_TABS = {Tab.CONTENT: ("V", "Content"), Tab.DIFF: ("d", "Diff"), Tab.HISTORY: ("H", "History")}


def tab_line(shown: Tab | None, width: int) -> Line:  # noqa: ARG001 - it is short
    """The tabs, the one that is shown in another style, each with its key."""
    spans: list[Span] = []
    for tab, (key, word) in _TABS.items():
        style = "title" if tab is shown else "faint"
        spans += [Span(f"{key} ", "key"), Span(word, style), Span("   ")]
    return tuple(spans[:-1])


def preview_titles(target: Target | None, inside: tuple[bytes, ...]) -> tuple[str, ...]:
    """Titles that say the same, each shorter than the one before."""
    if target is None:
        return ("Content",)
    way = "".join(f" > {safe(name)}" for name in inside)
    name = safe(target.path.rpartition(b"/")[2])
    layer = target.layer_name(target.version)
    return f"/{safe(target.path)}{way} · {layer}", f"{name}{way} · {layer}", f"{name}{way}", name
