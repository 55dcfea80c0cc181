"""Finds which package each file belongs to, for the details of a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.panes.pane import Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.filesystem.stack import Stack


class Owners(Job["Stack", "Stack"]):
    """Reads the packages in a thread, once all layers are read: that takes a second for 400,000 files."""

    name = "owners"
    follows = Changed.TABLE

    def update(self, what: Changed) -> None:  # noqa: ARG002 - there is one change only
        """Ask for the packages of each image."""
        session = self.explorer.browser.session
        if session.stack is not None and session.whole_accounting is not None:
            self.ask(session.stack)

    def work(self, request: Stack) -> Stack:
        """The same stack, which knows its packages then."""
        request.read_packages()
        return request

    def take(self, result: Stack) -> None:  # noqa: ARG002 - the stack has it
        """Show the package."""
        self.explorer.changed(Changed.OWNERS)
