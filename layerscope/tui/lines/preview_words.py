"""Words around the content of a file: its title, and the tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.keymap import key_of
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.state.preview_look import Tab
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.tui.rows.target import Target

_FILE_TABS = {Tab.CONTENT: ("V", "Content"), Tab.DIFF: ("d", "Diff"), Tab.HISTORY: ("H", "History")}
_IMAGE_TABS = {
    Tab.DOCKERFILE: ("R", "Dockerfile"),
    Tab.CONFIG: ("I", "Config"),
    Tab.PLATFORMS: ("P", "Platforms"),
    Tab.REFERRERS: ("A", "Attached"),
}


def tab_line(shown: Tab | None, width: int) -> Line:  # noqa: ARG001 - it is short
    """The tabs, the one that is shown in another style, each with its key."""
    spans: list[Span] = []
    tabs = _IMAGE_TABS if shown and shown.is_of_image else _FILE_TABS
    for tab, (key, word) in tabs.items():
        style = "title" if tab is shown else "faint"
        spans += [Span(f"{key_of(tab.value, key)} ", "key"), Span(word, style), Span("   ")]
    return tuple(spans[:-1])


def titles(tab: Tab | None, session: Session, target: Target | None, inside: tuple[bytes, ...]) -> tuple[str, ...]:
    """Titles that say the same, each shorter than the one before; `inside` is what was entered."""
    return _image_titles(tab, session, inside) if tab and tab.is_of_image else _path_titles(target, inside)


def _image_titles(tab: Tab, session: Session, inside: tuple[bytes, ...]) -> tuple[str, ...]:
    word = _IMAGE_TABS[tab][1]
    way = "".join(f" > {safe(name)}" for name in inside)
    whose = f"{word} of B" if session.base else word
    return f"{whose}{way} · {safe(session.name)}", f"{whose}{way}", word


def _path_titles(target: Target | None, inside: tuple[bytes, ...]) -> tuple[str, ...]:
    if target is None:
        return ("Content",)
    way = "".join(f" > {safe(name)}" for name in inside)
    name = safe(target.path.rpartition(b"/")[2])
    layer = target.layer_name(target.version)
    return f"/{safe(target.path)}{way} · {layer}", f"{name}{way} · {layer}", f"{name}{way}", name
