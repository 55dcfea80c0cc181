"""The job that makes listings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerscope.tui.panes.pane import Explorer, Job
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.tui.lines.listings.listing import Listing


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which listing to make, and of which state of the session."""

    name: str
    session: Session


class Lister(Job[ListRequest, tuple[ListRequest, "Listing"]]):
    """Makes a listing once everything is read, and keeps it until the accounting changes."""

    name = "lister"
    follows = Changed.TABLE | Changed.LISTING

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._made: dict[str, tuple[ListRequest, Listing]] = {}

    @property
    def listing(self) -> Listing | None:
        """The listing that is shown; None until it is made."""
        made = self._made.get(self.explorer.browser.state.listing or "")
        return made[1] if made and self._is_of_now(made[0]) else None

    def update(self, what: Changed) -> None:  # noqa: ARG002 - either may be what was missing
        """Make the listing that is shown, unless it is there."""
        browser = self.explorer.browser
        self._made = {name: made for name, made in self._made.items() if self._is_of_now(made[0])}
        if browser.state.listing and browser.session.accounting and self.listing is None:
            self.ask(ListRequest(browser.state.listing, replace(browser.session)))

    def work(self, request: ListRequest) -> tuple[ListRequest, Listing]:
        """The listing."""
        from layerscope.tui.lines.listings import LISTINGS  # noqa: PLC0415 - numpy loads after the first frame

        return request, LISTINGS[request.name](request.session)

    def take(self, result: tuple[ListRequest, Listing]) -> None:
        """Show the listing, unless another table has come meanwhile."""
        if self._is_of_now(result[0]):
            self._made[result[0].name] = result
            self.explorer.changed(Changed.LISTING | Changed.ROW)

    def _is_of_now(self, request: ListRequest) -> bool:
        return request.session.accounting is self.explorer.browser.session.accounting
