"""The job that makes listings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerscope.tui.panes.pane import Explorer, Job
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.listing_look import LIST
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.tui.lines.listings.listing import Listing
    from layerscope.tui.rows.tree_view import TreeView


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which listing to make, and of which state of the session; `tree` only if the listing follows it."""

    name: str
    session: Session
    tree: TreeView | None = None


class Lister(Job[ListRequest, tuple[ListRequest, "Listing"]]):
    """Makes a listing once everything is read, and keeps it until the accounting changes.

    The list of files is made again whenever the tree changes; until then, the one before stays.
    """

    name = "lister"
    follows = Changed.VIEW | Changed.FOUND | Changed.SEARCH | Changed.LISTING

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._made: dict[str, tuple[ListRequest, Listing]] = {}

    @property
    def listing(self) -> Listing | None:
        """The listing that is shown; None until it is made."""
        made = self._made.get(self.explorer.browser.state.listing or "")
        return made[1] if made and self._is_of_same_table(made[0]) else None

    def update(self, what: Changed) -> None:  # noqa: ARG002 - either may be what was missing
        """Make the listing that is shown, unless it is there."""
        name = self.explorer.browser.state.listing
        self._made = {name: made for name, made in self._made.items() if self._is_of_same_table(made[0])}
        if name and self._can_make(name) and not (name in self._made and self._is_of_now(self._made[name][0])):
            session, tree = self.explorer.browser.session, self.explorer.browser.tree
            self.ask(ListRequest(name, replace(session), tree if name == LIST else None))

    def work(self, request: ListRequest) -> tuple[ListRequest, Listing]:
        """The listing."""
        from layerscope.tui.lines.listings import LISTINGS, TREE_LISTINGS  # noqa: PLC0415 - numpy loads late

        if request.tree is not None:
            return request, TREE_LISTINGS[request.name](request.session, request.tree)
        return request, LISTINGS[request.name](request.session)

    def take(self, result: tuple[ListRequest, Listing]) -> None:
        """Show the listing, unless another table has come meanwhile."""
        if self._is_of_now(result[0]):
            self._made[result[0].name] = result
            self.explorer.changed(Changed.LISTING | Changed.ROW)

    def _can_make(self, name: str) -> bool:
        browser = self.explorer.browser
        return bool(browser.session.accounting) if name != LIST else browser.tree is not None

    def _is_of_now(self, request: ListRequest) -> bool:
        is_of_tree = request.tree is None or request.tree is self.explorer.browser.tree
        return is_of_tree and self._is_of_same_table(request)

    def _is_of_same_table(self, request: ListRequest) -> bool:
        session = self.explorer.browser.session
        if request.tree is not None:
            return request.session.stack is session.stack
        return request.session.accounting is session.accounting
