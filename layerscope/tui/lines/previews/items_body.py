"""Rows that do not depend on the width: members of an archive, versions of a path, platforms, attachments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from layerscope.blobs.platforms import PlatformChoice
from layerscope.content.preview.model import Member, Members
from layerscope.filesystem.layer_numbers import own_number
from layerscope.report.instruction import instruction
from layerscope.report.table import UNKNOWN
from layerscope.tui.lines.fields import SIZE_WIDTH, natural_size
from layerscope.tui.lines.glyphs import ARROW, CLOSED
from layerscope.tui.lines.previews.body import View
from layerscope.tui.lines.spans import Line, Span, plain, safe
from layerscope.tui.rows.path_history import HistoryStep
from layerscope.tui.state.attachment import Attachment
from layerscope.tui.state.preview_look import TextSearch

_COMMAND_LIMIT = 2000
Item = Member | HistoryStep | PlatformChoice | Attachment
_MARKS = {"directory": "/", "other": " (special)"}


@dataclass(frozen=True, slots=True, eq=False)
class ItemsBody:
    """Each item has `height` rows; `make` makes them, and `name` is what is searched. `note` is the last row."""

    items: Sequence[Item]
    make: Callable[[int], Sequence[Line]]
    name: Callable[[int], str]
    height: int = 1
    note: str = ""

    def count(self, view: View) -> int:  # noqa: ARG002 - it is the same for every width
        """The number of rows."""
        return len(self.items) * self.height + bool(self.note)

    def line(self, row: int, view: View) -> Line:  # noqa: ARG002 - the same
        """One row."""
        item, part = divmod(row, self.height)
        return self.make(item)[part] if item < len(self.items) else (Span(self.note, "note"),)

    def value(self, row: int, view: View) -> str:
        """The row as text."""
        return plain(self.line(row, view)).strip()

    def found(self, search: TextSearch) -> list[int]:
        """The items that have the text."""
        return [item for item in range(len(self.items)) if search.places(self.name(item))]

    def row_of(self, item: int, view: View) -> int:  # noqa: ARG002 - the same
        """The first row of an item."""
        return item * self.height

    def item_at(self, row: int) -> int | None:
        """The item on a row."""
        return row // self.height if row < len(self.items) * self.height else None


def members_body(members: Members) -> ItemsBody:
    """A row for each member: size and name."""
    note = safe(members.problem or ("" if members.members else "the archive is empty"))
    return ItemsBody(
        members.members,
        lambda item: [_member(members.members[item])],
        lambda item: safe(members.members[item].name),
        note=note,
    )


def _member(member: Member) -> Line:
    size = natural_size(member.size) if member.kind == "file" else ""
    style = "directory" if member.kind == "directory" else "value"
    name = safe(member.name.rstrip(b"/")) + _MARKS.get(member.kind, "")
    link = (Span(f" {ARROW} {safe(member.link)}", "link"),) if member.link else ()
    return Span(f"{size:>{SIZE_WIDTH}}  ", "size"), Span(name, style), *link


def history_body(steps: Sequence[HistoryStep]) -> ItemsBody:
    """Two rows for each step: what happened, and the instruction."""
    return ItemsBody(steps, lambda item: _step(steps[item]), lambda item: _command(steps[item]), height=2)


def _step(step: HistoryStep) -> Sequence[Line]:
    style = {"added": "added", "removed": "removed", "modified": "modified"}.get(step.change, "touched")
    reasons = f": {', '.join(step.reasons)}" if step.reasons else ""
    line = [
        Span(f"{CLOSED if step.is_shown else ' '} layer {own_number(step.layer):>3}  ", "number"),
        Span(f"{step.change}{reasons}", style),
    ]
    if step.size is not None:
        pull = UNKNOWN if step.compressed_size is None else natural_size(step.compressed_size)
        line.append(Span(f"  {natural_size(step.size)}, {pull} pull", "size"))
        ended = ("live", "good") if step.killer is None else (f"ended by layer {own_number(step.killer)}", "bad")
        line += [Span("  "), Span(*ended)]
    return tuple(line), (Span(f"    {_command(step)}", "faint"),)


def _command(step: HistoryStep) -> str:
    return safe(instruction(step.command[:_COMMAND_LIMIT])) or "no instruction is recorded"
