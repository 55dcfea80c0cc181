"""The model and the state joined: every answer a pane needs, computed once and kept until something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.rows.history_rows import HistoryRow, history_rows
from layerscope.tui.state.view_state import Kind, ViewState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from layerscope.filesystem.table import FileTable
    from layerscope.tui.lines.listings.listing import Listing, ListingRow
    from layerscope.tui.rows.tree_facts import Snapshots, TreeFacts
    from layerscope.tui.rows.tree_view import TreeView
    from layerscope.tui.state.search import Search
    from layerscope.tui.state.session import Session


class Browser:
    """What is loaded (`session`), how it is looked at (`state`), and the tree that follows from both."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.state = ViewState()
        self.history: tuple[HistoryRow, ...] = ()
        self._snapshots: Snapshots | None = None
        self._facts: TreeFacts | None = None
        self._tree: TreeView | None = None
        self._found: tuple[FileTable, Search, NDArray[np.bool_]] | None = None

    def image_known(self) -> None:
        """The image's documents have arrived: its history can be listed."""
        if self.session.image:
            self.history = history_rows(self.session.image)

    def table_changed(self) -> None:
        """More layers are merged."""
        self._snapshots = self._facts = self._tree = None

    def view_changed(self) -> None:
        """Something in `state` was changed."""
        self._tree = None

    def found(self, table: FileTable, search: Search, matches: NDArray[np.bool_]) -> None:
        """A search has come to its end."""
        self._found = (table, search, matches)
        self._tree = None

    @property
    def tree(self) -> TreeView | None:
        """The tree to show; None until the first layers are merged."""
        if self.session.table is None:
            return None
        if self._tree is None:
            from layerscope.tui.rows.tree_view import TreeView  # noqa: PLC0415 - numpy loads after the first frame

            self._tree = TreeView.of(self._facts_in_scope(), self.state, self.matches, self.session.accounting)
        return self._tree

    @property
    def matches(self) -> NDArray[np.bool_] | None:
        """What the search has found, so far: the last one's matches stay until the next one's are there."""
        if self.state.search is None or self._found is None or self._found[0] is not self.session.table:
            return None
        return self._found[2]

    @property
    def is_searching(self) -> bool:
        """Whether what the user looks for is not found yet."""
        wanted = self.state.search
        return wanted is not None and (self.matches is None or self._found is None or self._found[1] != wanted)

    @property
    def cursor_row(self) -> int:
        """The row of the tree that the cursor is on."""
        if self.tree is None:
            return 0
        from layerscope.tui.rows.positions import row_of_path  # noqa: PLC0415 - numpy loads after the first frame

        return row_of_path(self.tree, self.state.cursor)

    @property
    def cursor_node(self) -> int | None:
        """The node that the cursor is on; none where there is no tree, or nothing that was looked for in it."""
        tree = self.tree
        if tree is None or not len(tree.rows) or (tree.matches is not None and not tree.match_count):
            return None
        return int(tree.rows[self.cursor_row])

    @property
    def match_number(self) -> int:
        """Which of the matches the cursor is on, counted from 1; 0 where it is on none."""
        if self.tree is None:
            return 0
        from layerscope.tui.rows.positions import match_number  # noqa: PLC0415 - numpy loads after the first frame

        return match_number(self.tree, self.cursor_row)

    def layer_of_next_version(self, steps: int) -> int | None:
        """The nearest layer above or below the selected one that wrote or removed the path under the cursor."""
        tree, node = self.tree, self.cursor_node
        if tree is None or node is None:
            return None
        from layerscope.tui.rows.path_facts import layers_of  # noqa: PLC0415 - numpy loads after the first frame

        layers = [layer for layer in layers_of(tree.facts.table, node) if (layer - self.state.layer) * steps > 0]
        return min(layers, key=lambda layer: abs(layer - self.state.layer), default=None)

    def select_row(self, row: int) -> None:
        """Put the cursor on a row of the tree."""
        if self.tree and row < len(self.tree.rows):
            self.state.cursor = self.tree.facts.table.nodes.path(int(self.tree.rows[row]))

    def select_match(self, steps: int) -> None:
        """Put the cursor on the next path that was found, if there is one."""
        if self.tree is not None:
            from layerscope.tui.rows.positions import next_match  # noqa: PLC0415 - numpy loads after the first frame

            row = next_match(self.tree, self.cursor_row, steps)
            if row is not None:
                self.select_row(row)

    def select_change(self, steps: int) -> bool:
        """Put the cursor on the next path that changed, if there is one; whether directories had to be opened."""
        tree, node = self.tree, self.cursor_node
        if tree is None or node is None:
            return False
        from layerscope.tui.rows.positions import next_change, row_of  # noqa: PLC0415 - numpy loads after the first frame

        found = next_change(tree, node, steps)
        if found is None:
            return False
        self.state.cursor = tree.facts.table.nodes.path(found)
        is_hidden = row_of(tree, found) is None
        if is_hidden:
            self.state.reveal(self.state.cursor)
        return is_hidden

    def show_path(self, path: bytes, layer: int) -> None:
        """Look at what a layer changed, with the cursor on a path that it wrote."""
        self.state.mark, self.state.whole = None, False
        self.state.hidden.difference_update((Kind.ADDED, Kind.MODIFIED))
        self.state.cursor = path
        self.state.reveal(path)
        self.select_layer(layer)

    def find_path(self, path: bytes) -> None:
        """Put the cursor on a path: in what is looked at, or else where the path was last written."""
        self.state.search = None
        self.state.cursor = path
        self.state.reveal(path)
        self.view_changed()
        table = self.session.table
        node = table.nodes.find(path) if table else None
        if table is None or self.tree is None or node is None or self.tree.shown[node]:
            return
        versions = table.versions.of_node(node)
        self.show_path(path, int(table.versions.born[versions[-1]]))

    @property
    def listing(self) -> Listing | None:
        """The listing that is looked at; None until it is made."""
        return self.session.listings.get(self.state.listing) if self.state.listing else None

    @property
    def listing_row(self) -> ListingRow | None:
        """The row of the listing that the cursor is on."""
        listing = self.listing
        if listing is None or not listing.rows:
            return None
        return listing.rows[min(self.state.listing_rows.get(listing.name, 0), len(listing.rows) - 1)]

    def select_listing_row(self, row: int) -> None:
        """Put the listing's cursor on a row."""
        if self.state.listing:
            self.state.listing_rows[self.state.listing] = row

    def select_step(self, step: int) -> None:
        """Look at a step of the history, and at the layer that it made or stands on."""
        self.state.step = step
        made = [row.layer for row in self.history[: step + 1] if row.layer is not None]
        self.state.layer = made[-1] if made else 0
        self.view_changed()

    def select_layer(self, layer: int) -> None:
        """Look at a layer."""
        self.select_step(next(step for step, row in enumerate(self.history) if row.layer == layer))

    def _facts_in_scope(self) -> TreeFacts:
        from layerscope.tui.rows.tree_facts import Snapshots, TreeFacts  # noqa: PLC0415 - numpy loads late

        assert self.session.table is not None
        if self._snapshots is None:
            self._snapshots = Snapshots(self.session.table)
        if self._facts is None or self._facts.scope != self.state.scope:
            self._facts = TreeFacts.of(self._snapshots, self.state.scope)
        return self._facts
