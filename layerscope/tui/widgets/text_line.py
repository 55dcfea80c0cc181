"""`TextLine`: a line of text to type in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.events import Key, Paste
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.events import Event


class TextLine(Input, inherit_bindings=False):
    """Takes keys in the order they are typed, all of them in the moment that the app hears them.

    An `Input` of Textual's has letters wait in its own queue, and other keys until they have come up from there to the
    app again, so that what is typed at once would be done in another order. What enter means is for those around it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        replace(binding, priority=True)
        for binding in Input.BINDINGS
        if isinstance(binding, Binding) and binding.action != "submit"
    ]

    def __init__(self, text: str = "", placeholder: str = "") -> None:
        super().__init__(text, placeholder, compact=True, select_on_focus=False)

    def take_focus(self) -> None:
        """Take the focus, the text selected, so that a letter replaces it."""
        self.screen.set_focus(self)
        self.select_all()

    def _forward_event(self, event: Event) -> None:
        """What the app gives to the widget that has the focus."""
        if isinstance(event, Key) and event.character and event.is_printable:
            self._type(event.character)
        elif isinstance(event, Paste):
            self._type("".join(event.text.splitlines()[:1]))
        else:
            super()._forward_event(event)

    def _type(self, text: str) -> None:
        self.replace(text, *sorted(self.selection))
