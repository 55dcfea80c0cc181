"""Names and the way they are looked at: which rows there are, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.oci.collection import Registry, Repository
from layerscope.tui.rows.name_rows import NameRow, span_in_name
from layerscope.tui.state.name_list import NameState, Order
from layerscope.tui.state.trail import ImageLocation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layerscope.tui.state.name_list import NameList, Tag
    from layerscope.tui.state.trail import Location


class NameBrowser:
    """The model and the state joined; rows are kept until either changes."""

    def __init__(self, names: NameList) -> None:
        self.names = names
        self.state = NameState()
        self._rows: list[str] | None = None
        self._numbers: dict[str, int] = {}

    def changed(self) -> None:
        """Something in the model or the state is other than it was."""
        self._rows = None

    @property
    def rows(self) -> Sequence[str]:
        """The names that are shown, top down."""
        if self._rows is None:
            search = self.state.valid_search
            names = self.names.keys
            found = names if search is None else [name for name in names if span_in_name(search, name)]
            self._rows = self._sorted(found)
            self._numbers = {name: number for number, name in enumerate(self._rows)}
        return self._rows

    @property
    def is_ordered_by_tags(self) -> bool:
        """Whether the order depends on what stands behind the names."""
        return self.state.order is not Order.NAME

    @property
    def cursor_row(self) -> int:
        """The row that the cursor is on."""
        return self._numbers.get(self.state.cursor, 0) if self.rows else 0

    @property
    def cursor_name(self) -> str | None:
        """The name that the cursor is on."""
        return self.rows[self.cursor_row] if self.rows else None

    @property
    def cursor_location(self) -> Location | None:
        """What the cursor is on."""
        name, location = self.cursor_name, self.names.location
        if name is None:
            return None
        if isinstance(location, Registry):
            return Repository(location.domain, name)
        return ImageLocation.of(location.reference.with_tag(name))

    @property
    def cursor_tag(self) -> Tag | None:
        """What is known of the tag that the cursor is on."""
        return self.names.tags.get(self.cursor_name or "")

    @property
    def known_count(self) -> int:
        """Of how many rows it is known what stands behind them."""
        return sum(name in self.names.tags for name in self.rows)

    def row(self, number: int) -> NameRow:
        """One of the rows, with what is known of it."""
        name, search = self.rows[number], self.state.valid_search
        return NameRow(name, span_in_name(search, name) if search else None, self.names.tags.get(name))

    def next_order(self) -> None:
        """Sort by something else; rows that find their locations one by one are looked at from the first on."""
        orders = list(Order)
        order = orders[(orders.index(self.state.order) + 1) % len(orders)]
        self.state.cursor = (self.cursor_name or "") if order is Order.NAME else ""
        self.state.order = order
        self.changed()

    def select_row(self, row: int) -> None:
        """Put the cursor on a row."""
        if row < len(self.rows):
            self.state.cursor = self.rows[row]

    def unknown(self, first: int, count: int) -> list[str]:
        """The tags to look at next: those of the rows in sight; of all rows where their order depends on it."""
        wanted = list(self.rows[first : first + count])
        if self.is_ordered_by_tags:
            wanted += self.rows
        return [tag for tag in dict.fromkeys(wanted) if tag not in self.names.tags]

    def _sorted(self, names: Iterable[str]) -> list[str]:
        rows = sorted(names, key=self.names.keys.__getitem__)
        if self.state.order is Order.SIZE:
            rows.sort(key=self.names.size, reverse=True)
        elif self.state.order is Order.CREATED:
            rows.sort(key=self.names.time, reverse=True)
        return rows
