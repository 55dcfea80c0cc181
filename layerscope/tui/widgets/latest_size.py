"""`LatestSize`: lets a screen be laid out for the size of the terminal only."""

from textual.events import Resize
from textual.message_pump import MessagePump


class LatestSize(MessagePump):
    """A screen that ignores old sizes of the terminal.

    Textual repeats a size to the screen once it is laid out. Two sizes that arrive one shortly after the other would
    then take turns endlessly.
    """

    def on_resize(self, event: Resize) -> None:
        """Replace an old size by that of the terminal."""
        size = self.app.size
        if event.size != size:
            event.prevent_default()
            self.post_message(Resize(size, size))
