"""A list that is shown instead of the tree: rows about the image, each with a path to go to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from layerscope.report.table import UNKNOWN, natural_size
from layerscope.tui.lines.spans import Line
from layerscope.tui.state.session import Session


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One row: its line and details for a width, and the path and layer that enter goes to."""

    line: Callable[[int], Line]
    details: Callable[[int], list[Line]]
    path: bytes
    layer: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows below a heading. `titles` get shorter and shorter; `empty` is shown if there are no rows."""

    name: str
    titles: tuple[str, ...]
    heading: Callable[[int], Line]
    rows: Sequence[ListingRow]
    empty: str

    def row(self, number: int) -> ListingRow | None:
        """A row, or the last one if there are fewer; None if there are no rows."""
        return self.rows[min(number, len(self.rows) - 1)] if self.rows else None


def pull_text(session: Session, layer: int, size: int) -> str:
    """The share of the pull that is in a layer; a question mark if it is unknown."""
    known = session.image is None or session.image.layers[layer].is_pull_known
    return natural_size(size) if known else UNKNOWN


def incomplete_titles(name: str, incomplete: str) -> tuple[str, ...]:
    """The titles of a listing that does not cover the whole image; `incomplete` says what is missing."""
    return f"{name}, incomplete: {incomplete}", f"{name}, incomplete"
