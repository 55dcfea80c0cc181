"""How the user looks at a listing."""

from dataclasses import dataclass, field
from enum import Enum

from layerscope.filesystem.patterns import PathPattern


class ListingOrder(Enum):
    """What the rows of a listing are sorted by; the first is how they come."""

    SIZE = "size"
    PULL = "pull"
    LAYER = "layer"
    PATH = "path"


@dataclass
class ListingLook:
    """The order and the search of all listings, and for each listing the number of its row under the cursor.

    Rows are numbered as they come. `is_regex` says whether the search text is a regular expression.
    """

    order: ListingOrder = ListingOrder.SIZE
    search: PathPattern | None = None
    is_regex: bool = False
    rows: dict[str, int] = field(default_factory=dict)

    def next_order(self) -> None:
        """Sort by the next order."""
        orders = list(ListingOrder)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
