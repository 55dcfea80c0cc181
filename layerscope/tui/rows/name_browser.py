"""The names of a registry or repository as rows, in the user's order, and what a search finds in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.oci.collection import Registry, Repository
from layerscope.tui.state.name_list import NameState, Order
from layerscope.tui.state.trail import ImageLocation, PairLocation, Start, location_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layerscope.filesystem.patterns import PathPattern
    from layerscope.tui.state.name_list import NameList, Tag
    from layerscope.tui.state.trail import Location


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name; `found` is the start and end of the match of a search, `tag` what is known of the tag.

    `growth` is how many bytes its pull has more than that of the tag before it; None if that is unknown. `note` says
    who knows the name.
    """

    name: str
    found: tuple[int, int] | None = None
    tag: Tag | None = None
    is_mark: bool = False
    growth: int | None = None
    note: str = ""


def span_in_name(search: PathPattern, name: str) -> tuple[int, int] | None:
    """Start and end of a match, or None: text and regular expressions match anywhere, globs as in paths.

    Names are ASCII by the grammar of references, so one byte is one character.
    """
    if search.kind == "glob":
        return _of_glob(search, name)
    found = re.search(search.pattern, (name.lower() if search.ignores_case else name).encode())
    return found.span() if found else None


def _of_glob(search: PathPattern, name: str) -> tuple[int, int] | None:
    span = search.span_in(name.encode())
    last = name.rfind("/") + 1
    return (last + span[0], last + span[1]) if span else None


class NameBrowser:
    """The names and their state joined; rows are kept until either changes."""

    def __init__(self, names: NameList) -> None:
        self.names = names
        self.state = NameState()
        self._rows: list[str] | None = None
        self._numbers: dict[str, int] = {}

    def changed(self) -> None:
        """The names or the state changed."""
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
        """Whether the order depends on what the tags refer to."""
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
        """The repository or image that the cursor is on; raises `UsageError` for a wrong name of the user."""
        return self._location_of(self.cursor_name)

    def _location_of(self, name: str | None) -> Location | None:
        location = self.names.location
        if name is None:
            return None
        if isinstance(location, Start):
            return location_of(name)
        if isinstance(location, Registry):
            return Repository(location.domain, name)
        return ImageLocation.of(location.reference.with_tag(name))

    @property
    def cursor_tag(self) -> Tag | None:
        """What is known of the tag that the cursor is on."""
        return self.names.tags.get(self.cursor_name or "")

    @property
    def known_count(self) -> int:
        """The number of rows whose tag is read."""
        return sum(name in self.names.tags for name in self.rows)

    def row(self, number: int) -> NameRow:
        """One row, with its tag if that is read."""
        name, search = self.rows[number], self.state.valid_search
        found = span_in_name(search, name) if search else None
        is_mark = name == self.state.mark
        return NameRow(name, found, self.names.tags.get(name), is_mark, self._growth(number), self._note(name))

    def _growth(self, number: int) -> int | None:
        before, size = self.tag_before(number), self.names.size(self.rows[number])
        old_size = -1 if before is None else self.names.size(before)
        return None if size < 0 or old_size < 0 else size - old_size

    def tag_before(self, number: int) -> str | None:
        """The tag before one, by name or by time; None if there is none, or the order is by size."""
        if self.state.order is Order.SIZE:
            return None
        before = number + 1 if self.state.order is Order.CREATED else number - 1
        return self.rows[before] if 0 <= before < len(self.rows) else None

    @property
    def comparison(self) -> PairLocation | None:
        """From the marked tag to the one under the cursor; without a mark, from the tag before that."""
        name, mark = self.cursor_name, self.state.mark
        if name is None:
            return None
        before = mark if mark and mark != name else self.tag_before(self.cursor_row)
        one, other = self._location_of(before), self._location_of(name)
        if isinstance(one, ImageLocation) and isinstance(other, ImageLocation):
            return PairLocation(one, other)
        return None

    def next_order(self) -> None:
        """Sort by something else; if rows move while tags are read, show the list from the top."""
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
        """The tags to read next: those in sight, or all if the order depends on them."""
        wanted = list(self.rows[first : first + count])
        if self.is_ordered_by_tags:
            wanted += self.rows
        return [tag for tag in dict.fromkeys(wanted) if tag not in self.names.tags]

    def _note(self, name: str) -> str:
        return self.names.notes.get(name, "open this name") if isinstance(self.names.location, Start) else ""

    @property
    def _typed(self) -> list[str]:
        """At the start, the name that the user types can be opened too."""
        search = self.state.search
        is_name = search is not None and isinstance(self.names.location, Start) and not self.state.is_regex
        return [search.text.strip()] if search and is_name and search.text.strip() not in self.names.keys else []

    def _sorted(self, names: Iterable[str]) -> list[str]:
        rows = sorted(names, key=self.names.keys.__getitem__) + self._typed
        if self.state.order is Order.SIZE:
            rows.sort(key=self.names.size, reverse=True)
        elif self.state.order is Order.CREATED:
            rows.sort(key=self.names.time, reverse=True)
        return rows
