"""Finds the base image, if that is known without a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.oci import Image
from layerscope.tui.panes.pane import Explorer, Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.insight.base import Base


class BaseFinder(Job[Image, "Base | None"]):
    """Looks once, when all layers are read, so that reading is not slower; what the user marked stays."""

    name = "base finder"
    follows = Changed.TABLE

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._has_asked = False

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it follows one thing
        """Ask for the base; not if two images are compared."""
        session = self.explorer.browser.session
        if session.image and session.base is None and session.is_complete and not self._has_asked:
            self._has_asked = True
            self.ask(session.image)

    def work(self, request: Image) -> Base | None:
        """The base."""
        return self.explorer.browser.session.known_base(request)

    def take(self, result: Base | None) -> None:
        """Mark the last layer of the base."""
        if result is None:
            return
        browser = self.explorer.browser
        browser.session.found_base = result
        if browser.state.last_of_base is None:
            browser.state.last_of_base = result.layer_count - 1
        self.explorer.changed(Changed.MARKED | Changed.SUBJECT)
