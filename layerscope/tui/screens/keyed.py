"""A screen whose keys are those of a keymap, and the keys that move within a pane."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import ClassVar

from textual.binding import Binding
from textual.screen import Screen

from layerscope.tui.jobs import Report
from layerscope.tui.keymap import Key, Keymap, Keys, Section, in_section
from layerscope.tui.widgets.latest_size import LatestSize
from layerscope.tui.widgets.line_view import CursorMoved, LineView


def move(lines: int, screen: KeyedScreen) -> None:
    """Move this many lines up or down."""
    screen.pane.move(lines)


def turn_pages(pages: int, screen: KeyedScreen) -> None:
    """Move this many pages up or down."""
    screen.pane.move(pages * screen.pane.page_height)


def to_bottom(screen: KeyedScreen) -> None:
    """Move to the last line."""
    screen.pane.move_to(screen.pane.line_count - 1)


MOVING_KEYS = in_section(
    Section.MOVING,
    Key("up", ("up", "k"), partial(move, -1), "one line up", moves=True),
    Key("down", ("down", "j"), partial(move, 1), "one line down", moves=True),
    Key("page_up", ("pageup",), partial(turn_pages, -1), "one page up", moves=True),
    Key("page_down", ("pagedown",), partial(turn_pages, 1), "one page down", moves=True),
    Key("top", ("home",), lambda screen: screen.pane.move_to(0), "to the first line", moves=True),
    Key("bottom", ("end",), to_bottom, "to the last line", moves=True),
)


class KeyedScreen(LatestSize, Screen[None]):
    """Does what a key means in the focused pane; clicks and the palette name an action instead.

    The screen takes keys before the focused pane, because an earlier key may still move the focus. `keys` are those
    that the user wants instead of the usual ones.
    """

    KEYMAP: ClassVar[Keymap]
    pane: LineView

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self.keymap = self.KEYMAP.rebound(keys)
        for key in self.keymap.keys:
            press = Binding(key, f"screen.press('{key}')", show=False, priority=True)
            self._bindings.key_to_bindings[key] = [press]

    @property
    def is_typing(self) -> bool:
        """Whether the user types in a line of text, so that most keys are letters."""
        raise NotImplementedError

    @property
    def hidden(self) -> Collection[str]:
        """The names of the panes that are not shown, and whose keys mean nothing."""
        return ()

    @property
    def hints(self) -> list[tuple[str, str, str]]:
        """What the footer shows."""
        return self.keymap.hints(self.pane.id or "", self.hidden, is_typing=self.is_typing)

    def has_no_meaning(self, name: str) -> None:
        """A key, or an action, means nothing in what is shown."""

    def cursor_moved(self, view: LineView) -> None:
        """Follow the cursor of a pane, which the user has moved."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether a key is handled by the keymap."""
        if action not in ("run", "press") or not self.is_typing:
            return True
        entry = self._entry(action, str(parameters[0]))
        return entry is not None and entry.while_typing

    async def action_press(self, key: str) -> None:
        """Do what a key means in the focused pane."""
        await self._do(self._entry("press", key), key)

    async def action_run(self, name: str) -> None:
        """Do an action by its name."""
        await self._do(self._entry("run", name), name)

    async def on_report(self, message: Report) -> None:
        """Deliver the report of a thread."""
        await message.deliver()

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """Coalesce consecutive cursor moves; any other action first flushes the pending move."""
        self._flush_move(message.view)

    async def _do(self, entry: Key | None, name: str) -> None:
        """Flush the pending move, then do the action; if the key or action means nothing here, say so."""
        if entry is None:
            self.has_no_meaning(name)
            return
        if not entry.moves:
            self._flush_move(self.pane)
        waiting = entry.run(self)
        if waiting is not None:
            await waiting

    def _flush_move(self, view: LineView) -> None:
        """Follow a moved cursor, unless that is already done."""
        if view.moved:
            view.moved = False
            self.cursor_moved(view)

    def _entry(self, action: str, name: str) -> Key | None:
        find = self.keymap.of_key if action == "press" else self.keymap.of_action
        return find(name, self.pane.id or "", self.hidden)
