"""How the user looks at a listing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from layerscope.filesystem.patterns import PathPattern

LIST = "list"
"""The listing that shows the files of the tree."""


class ListingOrder(Enum):
    """What the rows of a listing are sorted by; the first is how they come."""

    SIZE = "size"
    PULL = "pull"
    WASTED = "wasted"
    LAYER = "layer"
    PATH = "path"
    NAME = "name"
    TIME = "time"


@dataclass
class ListingLook:
    """The order and the search of all listings, and for each listing the number of its row under the cursor.

    Rows are numbered as they come. `is_regex` says whether the search text is a regular expression.
    """

    order: ListingOrder = ListingOrder.SIZE
    search: PathPattern | None = None
    is_regex: bool = False
    rows: dict[str, int] = field(default_factory=dict)

    def order_in(self, orders: Sequence[ListingOrder]) -> ListingOrder:
        """The order of a listing that can be sorted by `orders`; one that was chosen in another listing may not fit."""
        return self.order if self.order in orders else ListingOrder.SIZE

    def next_order(self, orders: Sequence[ListingOrder]) -> None:
        """Sort by the next of these orders."""
        number = orders.index(self.order) + 1 if self.order in orders else 1
        self.order = orders[number % len(orders)]
