"""`LineView`: a scrolling list that draws only the lines on the screen, however many there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from layerscope.tui.lines.spans import Line, Span, crop, first_fitting, plain
from layerscope.tui.widgets.styled import Styled

CORNERS = 6
"""Cells of a border that its title cannot have: at each end a corner, a line and a blank."""


@dataclass
class CursorMoved(Message):
    """The user has put the cursor of a view on another row."""

    view: LineView

    def can_replace(self, message: Message) -> bool:
        """Whether this replaces an older message of the queue."""
        return isinstance(message, CursorMoved) and message.view is self.view


@dataclass
class RowChosen(Message):
    """A row was clicked twice, or on its marker."""

    view: LineView
    row: int


@dataclass
class HeadingClicked(Message):
    """The head of a column was clicked, or the room beside it."""

    view: LineView
    head: str


class LineView(Styled, ScrollView, can_focus=True):
    """Lines from `line`, below a heading that stays, with a cursor on one of them.

    A subclass says how many lines there are and what is in each. What the user does to the cursor is posted as
    `CursorMoved` and `RowChosen`; what the program does to it is not. `moved` says whether such a move is pending.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"cursor"}
    has_cursor = True

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.cursor = 0
        self.moved = False
        self._titles: tuple[str, ...] = ("",)
        self._title = self._subtitle = ""
        self._heading_height = 0
        self._styles: dict[tuple[str, str], Style] = {}

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, row: int, width: int) -> Line:
        """One line."""
        raise NotImplementedError

    def heading(self, width: int) -> Line | None:  # noqa: ARG002 - the width is for those that have one
        """The line that stays on top."""
        return None

    @property
    def page_height(self) -> int:
        """How many lines can be seen at once."""
        return max(self.scrollable_content_region.height - self._heading_height, 1)

    def lines_changed(self, cursor: int | None = None, rows: Iterable[int] | None = None) -> None:
        """Draw again: there are other lines, in these rows or everywhere, or the program moved the cursor."""
        old = self.cursor
        self._heading_height = 0 if self.heading(1) is None else 1
        self.cursor = max(0, min(self.cursor if cursor is None else cursor, self.line_count - 1))
        self.virtual_size = Size(0, self.line_count + self._heading_height)
        self._show_cursor()
        if rows is None:
            self.refresh()
            return
        for row in {*rows, *([old, self.cursor] if old != self.cursor else [])}:
            self._refresh_row(row)

    def set_title(self, *titles: str) -> None:
        """Put the first title that fits into the border; it is text, never markup."""
        self._titles = titles
        title = first_fitting(titles, self.outer_size.width - CORNERS)
        if title != self._title:
            self._title = title
            self.border_title = Content(title)

    def set_subtitle(self, subtitle: str) -> None:
        """Put a text into the lower border; it is never markup."""
        if subtitle != self._subtitle:
            self._subtitle = subtitle
            self.border_subtitle = Content(subtitle)

    def move(self, steps: int) -> None:
        """Move the cursor; scroll if there is none."""
        if self.has_cursor:
            self.move_to(self.cursor + steps)
        else:
            self.scroll_to(y=self.scroll_offset.y + steps, animate=False)

    def move_to(self, row: int) -> None:
        """Move the cursor for the user to a row, or to the nearest one that exists."""
        row = max(0, min(row, self.line_count - 1))
        if not self.has_cursor:
            self.scroll_to(y=row, animate=False)
        elif row != self.cursor:
            self._refresh_row(self.cursor)
            self.cursor = row
            self._refresh_row(row)
            self._show_cursor()
            self.moved = True
            self.post_message(CursorMoved(self))

    def render_line(self, y: int) -> Strip:
        """The strip at a height of the widget."""
        width = self.scrollable_content_region.width
        if y < self._heading_height:
            return self._strip(self.heading(width) or (), width)
        row = self.scroll_offset.y + y - self._heading_height
        if row >= self.line_count:
            return Strip.blank(width, self.rich_style)
        on_cursor = self.has_cursor and row == self.cursor
        return self._strip(self.line(row, width), width, "cursor" if on_cursor else "")

    def _strip(self, line: Line, width: int, state: str = "") -> Strip:
        strip = Strip([Segment(span.text, self._style(span, state)) for span in crop(line, width)])
        return strip.adjust_cell_length(width, self._style(Span(""), state))

    def _style(self, span: Span, state: str) -> Style:
        key = (span.style, state)
        if key not in self._styles:
            self._styles[key] = self._look((*span.style.split(), *state.split()))
        return self._styles[key]

    def _look(self, names: tuple[str, ...]) -> Style:
        """The style of these component classes; Textual itself leaves reverse video out of their sum."""
        is_reversed = any(self.get_component_styles(name).text_style.reverse for name in names)
        return self.get_visual_style(*names).rich_style + Style(reverse=is_reversed or None)

    def notify_style_update(self) -> None:
        """Forget the styles: the theme or the focus has changed."""
        super().notify_style_update()
        self._styles.clear()

    def _refresh_row(self, row: int) -> None:
        top = row - self.scroll_offset.y + self._heading_height
        self.refresh(Region(0, top, self.size.width, 1))

    def _show_cursor(self) -> None:
        if self.has_cursor and self.line_count:
            top = self.scroll_offset.y
            lowest = self.cursor - self.page_height + 1
            if not lowest <= top <= self.cursor:
                self.scroll_to(y=self.cursor if self.cursor < top else lowest, animate=False, force=True)

    def on_resize(self) -> None:
        """Keep the cursor in sight, and the title readable."""
        self.lines_changed()
        self.set_title(*self._titles)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second one, or one on a marker, chooses."""
        offset = event.get_content_offset(self)
        if offset is None or not self.has_cursor:
            return
        row = self.scroll_offset.y + offset.y - self._heading_height
        if offset.y < self._heading_height:
            self.post_message(HeadingClicked(self, self._head_at(offset.x)))
            return
        if offset.y < 0 or row >= self.line_count:
            return
        self.move_to(row)
        if event.chain == 2 or self._is_marker(row, offset.x):
            self.post_message(RowChosen(self, row))

    def _head_at(self, column: int) -> str:
        """The head that is the nearest to a cell."""
        heading = self.heading(self.scrollable_content_region.width) or ()
        text = plain(tuple(span for span in heading if span.style == "heading"))
        heads = re.finditer(r"\S+", text)
        distances = {head[0]: max(head.start() - column, column - head.end() + 1, 0) for head in heads}
        return min(distances, key=lambda head: distances[head], default="")

    def _is_marker(self, row: int, column: int) -> bool:
        """Whether this cell has the marker that opens or closes the row."""
        end = 0
        for text, style in self.line(row, self.scrollable_content_region.width):
            start, end = end, end + cell_len(text)
            if start <= column < end:
                return style == "marker" and bool(text.strip())
        return False


def changed_rows(old: Sequence[object], new: Sequence[object]) -> list[int]:
    """The rows in which two lists differ, with the rows that only one of them has."""
    common = [row for row, (was, now) in enumerate(zip(old, new, strict=False)) if was != now]
    return common + list(range(min(len(old), len(new)), max(len(old), len(new))))
