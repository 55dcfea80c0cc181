"""`TextLine`: a line of text to type in."""

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste
from textual.widgets import Input


class TextLine(Input, inherit_bindings=False):
    """Handles keys in the order they are typed, each as soon as the app gets it.

    Textual's `Input` keeps letters in its own queue, and returns other keys from there to the app, so that fast typing
    would be handled in another order. The widgets around it decide what enter means.
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
        """Handle an event that the app forwards to the focused widget."""
        if isinstance(event, Key) and event.character and event.is_printable:
            self._type(event.character)
        elif isinstance(event, Paste):
            self._type("".join(event.text.splitlines()[:1]))
        else:
            super()._forward_event(event)

    def _type(self, text: str) -> None:
        self.replace(text, *sorted(self.selection))
