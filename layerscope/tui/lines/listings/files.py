"""The files of the tree as a flat list; with a search, those that match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.layer_numbers import own_number
from layerscope.filesystem.versions import Fate
from layerscope.insight.marks import Extent, Mark
from layerscope.report.file_versions import in_order
from layerscope.report.table import cut_start
from layerscope.tui.lines.fields import SIZE_WIDTH, count_text, mtime_text, natural_size
from layerscope.tui.lines.file_lines import name_spans
from layerscope.tui.lines.gap import MORE, Gap, size_sign
from layerscope.tui.lines.listings.listing import ORDERS, Listing, ListingRow, pull_text
from layerscope.tui.lines.path_details import path_lines
from layerscope.tui.lines.spans import Line, Span, crop, fit, line_width, safe
from layerscope.tui.rows.file_rows import name_pieces
from layerscope.tui.rows.path_details import path_details
from layerscope.tui.state.listing_look import LIST, ListingLook, ListingOrder
from layerscope.tui.state.scope import image_name

if TYPE_CHECKING:
    from layerscope.tui.rows.tree_view import TreeView
    from layerscope.tui.state.session import Session

_LAYER_WIDTH, _TIME_WIDTH = 5, 10
WIDE_ENOUGH_FOR_PULL, WIDE_ENOUGH_FOR_TIME, WIDE_ENOUGH_FOR_FATE = 54, 70, 84
"""Cells of the pane; in a narrower one the path needs the room, and only the details show these columns."""


def files(session: Session, tree: TreeView) -> Listing:
    """The versions that the tree shows; those of all layers if the query asks for files that are no longer there."""
    found, scope = tree.found, tree.compared.scope
    is_of_all = found is not None and found.query.asks_for_dead
    versions = np.flatnonzero(found.hits) if found and is_of_all else tree.hits
    rows = VersionRows(session, tree)
    rows.in_order(versions, ListingOrder.SIZE)  # here, because it takes time
    sign = MORE if is_of_all and session.unread else size_sign(session, scope)
    totals = f"{count_text(len(versions), 'path')}, {natural_size(_total_size(rows.table, versions))}{sign}"
    names = ("all layers",) if is_of_all else (scope.title, scope.short_title)
    titles = (*(f"List: {name} · {totals}" for name in names), f"List · {totals}")
    return FileListing(LIST, titles, _heading, rows, "", (*ORDERS, ListingOrder.TIME), versions)


def _total_size(table: FileTable, versions: NDArray[np.int64]) -> int:
    """Bytes of content; a hardlink has none, as its content is that of another file."""
    every = table.stack.versions
    return int(table.sizes[versions[every.rows[versions] == every.inodes[versions]]].sum())


@dataclass(frozen=True, slots=True)
class FileListing(Listing):
    """A listing of versions; a row has the number of its version, so that the cursor stays on it in another listing."""

    versions: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def arranged(self, look: ListingLook) -> list[int]:
        """The versions in the order of the look."""
        assert isinstance(self.rows, VersionRows)
        return self.rows.in_order(self.versions, look.order_in(self.orders))


class VersionRows(Sequence[ListingRow]):
    """A row for every version of a stack, made when it comes on the screen: there may be a million."""

    def __init__(self, session: Session, tree: TreeView) -> None:
        self.table = FileTable(tree.compared.stack)
        self._session, self._tree = session, tree
        self._patterns = tree.found.query.patterns if tree.found else ()
        self._ordered: dict[ListingOrder, list[int]] = {}

    def __len__(self) -> int:
        return self.table.stack.versions.count

    def __getitem__(self, version: int) -> ListingRow:  # type: ignore[override] # a listing takes no slices
        versions, tree = self.table.stack.versions, self._tree
        node, layer = int(versions.nodes[version]), int(versions.born[version])
        is_shown = bool(tree.wanted[node]) and int(tree.versions[node]) == version
        last = int(versions.died[version]) - 1
        path = tree.compared.stack.nodes.path(node)
        return ListingRow(
            partial(self._line, version),
            partial(self._details, node, version),
            path,
            layer,
            int(self.table.sizes[version]),
            int(self.table.pull_sizes[version]),
            mark=Mark(path, layer, layer, Extent.WRITTEN),
            shown_after=min(tree.compared.scope.after, last) if is_shown else None,
        )

    def in_order(self, versions: NDArray[np.int64], order: ListingOrder) -> list[int]:
        """The versions as `layerscope find --sort` has them."""
        if order not in self._ordered:
            self._ordered[order] = in_order(self.table, versions, order.value).tolist()
        return self._ordered[order]

    def _line(self, version: int, width: int) -> Line:
        row, fate = self[version], self._fate(version, is_short=width < WIDE_ENOUGH_FOR_FATE)
        spans = [Span(f" {natural_size(row.size):>{SIZE_WIDTH}}", "size")]
        if width >= WIDE_ENOUGH_FOR_PULL:
            pull = pull_text(self._session, row.layer, row.compressed_size)
            spans.append(Span(f"  {pull:>{SIZE_WIDTH}}", "attribute"))
        spans.append(Span(f"  {self._layer(row.layer):>{_LAYER_WIDTH}}  ", "number"))
        if width >= WIDE_ENOUGH_FOR_TIME:
            spans.append(Span(f"{fit(self._day(version), _TIME_WIDTH)}  ", "attribute"))
        space = width - line_width(tuple(spans)) - len(fate)
        return *spans, *_path(row.path, name_pieces(row.path, self._patterns), space), Span(fate, "bad")

    def _fate(self, version: int, *, is_short: bool) -> str:
        """What ended the version; empty while it is live."""
        versions = self.table.stack.versions
        died, fate = int(versions.died[version]), Fate(int(versions.fates[version]))
        killer = own_number(died)
        return "" if fate is Fate.LIVE else f"  by {killer}" if is_short else f"  {fate.name.lower()} by layer {killer}"

    def _layer(self, layer: int) -> str:
        """The number of the layer; of two images, with the image."""
        return f"{image_name(layer)} {own_number(layer)}" if self._tree.compared.scope.in_pair else str(layer)

    def _day(self, version: int) -> str:
        inode = self.table.stack.versions.inodes[version]
        is_implied = inode == self.table.stack.entries.implied_row
        return "" if is_implied else mtime_text(int(self.table.columns.mtimes[inode]))[:_TIME_WIDTH]

    def _details(self, node: int, version: int, width: int) -> list[Line]:
        session, layer = self._session.place(int(self.table.stack.versions.born[version]))
        known = session.image is None or session.image.layers[layer].is_pull_known
        incomplete = Gap.of(self._session).progress
        return path_lines(path_details(self._tree, node, version), incomplete, width, pull_known=known)


def _heading(width: int) -> Line:
    pull = f"  {'pull':>{SIZE_WIDTH}}" if width >= WIDE_ENOUGH_FOR_PULL else ""
    time = f"{'time':<{_TIME_WIDTH}}  " if width >= WIDE_ENOUGH_FOR_TIME else ""
    return (Span(fit(f" {'size':>{SIZE_WIDTH}}{pull}  {'layer':>{_LAYER_WIDTH}}  {time}path", width), "heading"),)


def _path(path: bytes, pieces: Sequence[bytes], space: int) -> Line:
    """The path in at most `space` cells: the directories lose their start, as the name says more."""
    name = name_spans(pieces, "value")
    directory = "/" + safe(path[: path.rfind(b"/") + 1])
    room = space - line_width(name)
    return crop((Span(cut_start(directory, max(room, 0)), "label"), *name), max(space, 0))
