"""The screen of a registry or repository, as its pane and its jobs see it."""

from typing import Protocol

from textual.app import App
from textual.message import Message
from textual.widget import Widget

from layerscope.errors import LayerscopeError
from layerscope.tui.rows.name_browser import NameBrowser


class Lists(Protocol):
    """What the pane and the jobs may ask of the screen."""

    browser: NameBrowser

    @property
    def app(self) -> App[object]:
        """The program."""

    @property
    def is_current(self) -> bool:
        """Whether this screen is the one that is shown."""

    def rows_changed(self) -> None:
        """Draw other rows, or another order."""

    def choose(self) -> None:
        """Open what the cursor is on."""

    def draw_soon(self) -> None:
        """Draw new names and tags soon, with others that come meanwhile."""

    async def ask_for_name(self, problem: LayerscopeError | None = None) -> None:
        """Let the user name a repository or image, and go there."""

    async def show_bar(self, bar: Widget) -> None:
        """Put a bar above the footer."""

    def take_focus(self) -> None:
        """Give the focus back to the names."""

    def toggle_details(self) -> None:
        """Show or hide the details."""

    def retry(self) -> None:
        """Ask again for what failed or was stopped."""

    def cancel(self) -> None:
        """Stop listing and reading, and keep what is there."""

    def post_message(self, message: Message) -> bool:
        """Send a message, from any thread."""
