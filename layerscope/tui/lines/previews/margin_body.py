"""Text with a margin to its left: sizes beside a Dockerfile, names beside the values of a config."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from layerscope.tui.lines.previews.body import View
from layerscope.tui.lines.previews.text_body import TextBody
from layerscope.tui.lines.spans import Line, Span, line_width
from layerscope.tui.state.preview_look import TextSearch


@dataclass(frozen=True, slots=True, eq=False)
class MarginBody:
    """`width` cells of margin in a view; `margin` makes that of a piece, which stands on its first row.

    `steps` has the step of the history that each piece belongs to, -1 for none; it is empty if there are no steps.
    """

    text: TextBody
    width: Callable[[View], int]
    margin: Callable[[int, View], Line]
    steps: Sequence[int] = ()

    def count(self, view: View) -> int:
        """The number of rows."""
        return self.text.count(self._inner(view))

    def line(self, row: int, view: View) -> Line:
        """The margin, and what of the text is on the row."""
        inner = self._inner(view)
        place = self.text.place(row, inner)
        margin = self.margin(place[0], view) if place and not place[1] else ()
        blank = Span(" " * (self.width(view) - line_width(margin)))
        return *margin, blank, *self.text.line(row, inner)

    def value(self, row: int, view: View) -> str:
        """The whole line that is on a row."""
        return self.text.value(row, self._inner(view))

    def found(self, search: TextSearch) -> list[int]:
        """The pieces that have the text."""
        return self.text.found(search)

    def row_of(self, item: int, view: View) -> int:
        """The first row of a piece."""
        return self.text.row_of(item, self._inner(view))

    def step_at(self, row: int, view: View) -> int:
        """The step on a row; -1 if there is none."""
        place = self.text.place(row, self._inner(view))
        return self.steps[place[0]] if place and self.steps else -1

    def row_of_step(self, step: int, view: View) -> int:
        """The first row of a step; the first row of all if the text does not have the step."""
        return self.row_of(self.steps.index(step), view) if step in self.steps else 0

    def _inner(self, view: View) -> View:
        return replace(view, width=view.width - self.width(view))
