"""Making listings, beside the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerscope.tui.messages import ListingDone

if TYPE_CHECKING:
    from layerscope.tui.state.session import Session


@dataclass(frozen=True, slots=True)
class ListWish:
    """Which listing, of what is known now."""

    session: Session
    name: str


def make_listing(wish: ListWish) -> ListingDone:
    """The listing; the session may be given another table meanwhile, so that of the start is told with it."""
    from layerscope.tui.lines.listings import LISTINGS  # noqa: PLC0415 - rarely used

    session = replace(wish.session)
    assert session.table is not None
    return ListingDone(session.table, LISTINGS[wish.name](session))
