"""A screen that does what its keymap says."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.screen import Screen

if TYPE_CHECKING:
    from layerscope.tui.jobs import Report
    from layerscope.tui.keymap import Key, Keymap
    from layerscope.tui.widgets.line_view import CursorMoved, LineView


def bindings(keymap: Keymap) -> list[Binding]:
    """The keymap as Textual's bindings.

    Keys are heard in the order they are typed: before the pane that has the focus, which may be another by then.
    """
    return [Binding(key, f"screen.press('{key}')", show=False, priority=True) for key in sorted(keymap.keys)]


class KeyedScreen(Screen[None]):
    """Does what a key means in the pane that has the focus; clicks and the palette name the action."""

    keymap: ClassVar[Keymap]
    pane: LineView

    @property
    def is_typing(self) -> bool:
        """Whether a line of text is typed, so that most keys are letters."""
        raise NotImplementedError

    def cursor_moved(self, view: LineView) -> None:
        """The user has put the cursor of a pane on another row."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether a key means what the keymap says."""
        if action not in ("run", "press") or not self.is_typing:
            return True
        entry = self._entry(action, str(parameters[0]))
        return entry is not None and entry.while_typing

    async def action_press(self, key: str) -> None:
        """Do what a key means."""
        await self._do(self._entry("press", key))

    async def action_run(self, name: str) -> None:
        """Do what the keymap calls by this name."""
        await self._do(self._entry("run", name))

    async def on_report(self, message: Report) -> None:
        """A thread has something to say."""
        await message.deliver()

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """Of several moves in a row only the last is drawn."""
        self._hear_of_cursor(message.view)

    async def _do(self, entry: Key | None) -> None:
        """Do it to what the cursor is on by now."""
        if entry is None:
            return
        if not entry.moves:
            self._hear_of_cursor(self.pane)
        waiting = entry.run(self)
        if waiting is not None:
            await waiting

    def _hear_of_cursor(self, view: LineView) -> None:
        """A cursor was moved, unless that was heard of before."""
        if view.moved:
            view.moved = False
            self.cursor_moved(view)

    def _entry(self, action: str, name: str) -> Key | None:
        find = self.keymap.of_key if action == "press" else self.keymap.of_action
        return find(name, self.pane.id or "")
