"""`Body`: what a tab shows below the facts, row by row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from layerscope.tui.lines.fields import placeholder
from layerscope.tui.lines.spans import Line, plain
from layerscope.tui.rows.browser import LayerRow
from layerscope.tui.state.preview_look import PreviewLook, TextSearch


@dataclass(frozen=True, slots=True)
class View:
    """How a body is drawn: the cells of a line, and the look; `steps` are those of a Dockerfile."""

    width: int
    look: PreviewLook
    steps: Sequence[LayerRow] = ()


class Body(Protocol):
    """Rows that depend on the width. What is found is counted in items: lines of a text, members, versions."""

    def count(self, view: View) -> int:
        """The number of rows."""

    def line(self, row: int, view: View) -> Line:
        """One row."""

    def value(self, row: int, view: View) -> str:
        """The text of the item on a row, to be copied."""

    def found(self, search: TextSearch) -> list[int]:
        """The items that have the text."""

    def row_of(self, item: int, view: View) -> int:
        """The first row of an item."""


class Note:
    """A body that says why there is nothing else: the lines are made for a width."""

    def __init__(self, make: Callable[[int], list[Line]]) -> None:
        self._make = make

    @classmethod
    def of(cls, text: str) -> "Note":
        """One sentence."""
        return cls(lambda width: placeholder(text, width))

    def count(self, view: View) -> int:
        """The number of rows."""
        return len(self._lines(view))

    def line(self, row: int, view: View) -> Line:
        """One row."""
        return self._lines(view)[row]

    def value(self, row: int, view: View) -> str:
        """The text of a row."""
        return plain(self._lines(view)[row]).strip()

    def found(self, search: TextSearch) -> list[int]:  # noqa: ARG002 - there is nothing to look for
        """No items."""
        return []

    def row_of(self, item: int, view: View) -> int:  # noqa: ARG002 - the same
        """The first row."""
        return 0

    def _lines(self, view: View) -> Sequence[Line]:
        return self._make(view.width)
