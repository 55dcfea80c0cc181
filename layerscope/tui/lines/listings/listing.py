"""A list that is shown instead of the tree: rows about the image, each with a path to go to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from layerscope.insight.marks import Mark, SavingMark
from layerscope.report.table import UNKNOWN, natural_size
from layerscope.tui.lines.spans import Line
from layerscope.tui.state.listing_look import ListingLook, ListingOrder
from layerscope.tui.state.session import Session

ORDERS = (ListingOrder.SIZE, ListingOrder.PULL, ListingOrder.LAYER, ListingOrder.PATH)


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One row: its line and details for a width, the path and layer that enter goes to, and its sizes in bytes.

    `mark` is what the row stands for if it is marked; None if it cannot be. `shown_after` is the layer after which the
    tree shows the path just so at present; None if it does not. A row that is no path has a `name`, and a `query` that
    finds its files, if it has any; if no layer brought it, its layer is `NOTHING`.
    """

    line: Callable[[int], Line]
    details: Callable[[int], list[Line]]
    path: bytes
    layer: int
    size: int
    compressed_size: int
    mark: Mark | SavingMark | None = None
    shown_after: int | None = None
    wasted_size: int = 0
    name: bytes = b""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows below a heading. `titles` get shorter and shorter; `empty` is shown if there are no rows.

    `orders` are what the rows can be sorted by.
    """

    name: str
    titles: tuple[str, ...]
    heading: Callable[[int], Line]
    rows: Sequence[ListingRow]
    empty: str
    orders: Sequence[ListingOrder] = ORDERS

    def arranged(self, look: ListingLook) -> list[int]:
        """The numbers of the rows that the search finds, in the order of the look."""
        search = look.search
        found: Iterable[int] = range(len(self.rows))
        if search and not search.problem:
            found = (number for number in found if search.finds(_name(self.rows[number])))
        order = look.order_in(self.orders)
        if order is ListingOrder.SIZE:
            return list(found)
        return sorted(found, key=lambda number: _KEYS[order](self.rows[number]))


_KEYS: dict[ListingOrder, Callable[[ListingRow], int | bytes]] = {
    ListingOrder.SIZE: lambda row: -row.size,
    ListingOrder.PULL: lambda row: -row.compressed_size,
    ListingOrder.WASTED: lambda row: -row.wasted_size,
    ListingOrder.LAYER: lambda row: row.layer,
    ListingOrder.PATH: lambda row: row.path,
    ListingOrder.NAME: lambda row: row.name.lower(),
}


def _name(row: ListingRow) -> bytes:
    return row.name or row.path


def pull_text(session: Session, layer: int, size: int) -> str:
    """The share of the pull that is in a layer; a question mark if it is unknown."""
    image, number = session.place(layer)
    known = image.image is None or image.image.layers[number].is_pull_known
    return natural_size(size) if known else UNKNOWN


def whose(name: str, session: Session) -> str:
    """The name of a listing; if two images are compared, it is about the second one."""
    return f"{name} of B" if session.base else name


def incomplete_titles(name: str, incomplete: str) -> tuple[str, ...]:
    """The titles of a listing that does not cover the whole image; `incomplete` says what is missing."""
    return f"{name}, incomplete: {incomplete}", f"{name}, incomplete"
