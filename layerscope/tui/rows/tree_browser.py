"""The files of one table, as the user looks at them."""

from dataclasses import dataclass

from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.stack import Stack
from layerscope.insight.marks import Mark
from layerscope.tui.rows import positions
from layerscope.tui.rows.compared_tree import ComparedTree, Snapshots
from layerscope.tui.rows.file_rows import FileRow, file_row, mark_of
from layerscope.tui.rows.found import Found
from layerscope.tui.rows.path_command import find_command, path_command, preview_command
from layerscope.tui.rows.path_details import PathDetails, layers_of, path_details
from layerscope.tui.rows.path_pair import PathPair, path_pair
from layerscope.tui.rows.target import Target
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.state.preview_look import Tab
from layerscope.tui.state.query_text import QueryText
from layerscope.tui.state.session import Session
from layerscope.tui.state.view_state import ViewState


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that is no query: the word that is wrong, not yet safe, and why."""

    text: QueryText
    word: str
    reason: str


class TreeBrowser:
    """The tree that follows from the table and the state, kept until either changes, and what its cursor is on."""

    def __init__(self, stack: Stack, session: Session, state: ViewState) -> None:
        self.stack = stack
        self._session, self._state = session, state
        self._snapshots = Snapshots(stack)
        self._compared: ComparedTree | None = None
        self._tree: TreeView | None = None
        self._found: Found | None = None
        self._refused: Refused | None = None

    def view_changed(self) -> None:
        """Something in the state was changed."""
        self._tree = None

    def take(self, result: Found | Refused) -> None:
        """A search has ended; if its text was refused, what was found before stays."""
        self._refused = result if isinstance(result, Refused) else None
        if isinstance(result, Found):
            self._found, self._state.shows_found = result, True
        self._tree = None

    def forget_found(self) -> None:
        """The search is given up."""
        self._found = self._refused = self._tree = None
        self._state.shows_found = False

    @property
    def tree(self) -> TreeView:
        """The tree to show."""
        if self._tree is None:
            if self._compared is None or self._compared.scope != self._state.scope:
                self._compared = ComparedTree.of(self._snapshots, self._state.scope)
            self._tree = TreeView.of(self._compared, self._state, self.found, self._session.accounting)
        return self._tree

    @property
    def found(self) -> Found | None:
        """What was found; it stays until the next search has ended."""
        return self._found if self._state.search else None

    @property
    def refused(self) -> Refused | None:
        """Why the text is no query; None if it is one, or while that is not known."""
        return self._refused if self._refused and self._refused.text == self._state.search else None

    @property
    def is_searching(self) -> bool:
        """Whether a search is still running."""
        is_found = self._found is not None and self._found.text == self._state.search
        return self._state.search is not None and not (is_found or self.refused)

    @property
    def cursor_row(self) -> int:
        """The row of the tree that the cursor is on."""
        return positions.row_of_path(self.tree, self._state.cursor)

    @property
    def cursor_node(self) -> int | None:
        """The node that the cursor is on; None if nothing was found."""
        tree = self.tree
        if not len(tree.rows) or (tree.matches is not None and not tree.match_count):
            return None
        return int(tree.rows[self.cursor_row])

    @property
    def match_number(self) -> int:
        """The number of the match under the cursor, from 1; 0 if it is no match."""
        return positions.match_number(self.tree, self.cursor_row)

    def row(self, number: int) -> FileRow:
        """A row of the tree."""
        return file_row(self.tree, int(self.tree.rows[number]), self._state.changes)

    @property
    def cursor_path(self) -> bytes | None:
        """The path that the cursor is on; None if nothing was found."""
        return None if self.cursor_node is None else self.stack.nodes.path(self.cursor_node)

    @property
    def cursor_details(self) -> PathDetails | None:
        """The details of the path under the cursor; None if the path is not shown."""
        node = self.cursor_node
        return None if node is None or self.tree.versions[node] < 0 else path_details(self.tree, node)

    @property
    def cursor_pair(self) -> PathPair | None:
        """The path under the cursor in both images; None if the path or the scope is not of both."""
        node, tree = self.cursor_node, self.tree
        if node is None or not tree.compared.scope.compares_images or tree.compared.comparison.shown[node] < 0:
            return None
        return path_pair(tree, node)

    @property
    def target(self) -> Target | None:
        """The version of the path under the cursor; None if the path is not shown."""
        return None if self.cursor_node is None else Target.of_tree(self.tree, self.cursor_node)

    def target_at(self, path: bytes, layer: int) -> Target | None:
        """The version of a path that a layer wrote; None if there is none."""
        node = self.stack.nodes.find(path)
        versions = [] if node is None else self.stack.versions.of_node(node)
        written = [version for version in versions if self.stack.versions.born[version] == layer]
        return Target.of_version(self.stack, written[-1]) if written else None

    @property
    def cursor_layer(self) -> int | None:
        """The layer after which the path under the cursor is as shown; None if the path is not shown."""
        node, tree = self.cursor_node, self.tree
        if node is None or tree.versions[node] < 0:
            return None
        died = int(self.stack.versions.died[tree.versions[node]])
        return min(tree.compared.scope.after, died - 1)

    @property
    def cursor_mark(self) -> Mark | None:
        """The path under the cursor, to be marked; None if nothing was found."""
        return None if self.cursor_node is None else mark_of(self.tree, self.cursor_node)

    @property
    def command(self) -> str | None:
        """The command line that prints the path under the cursor; None if nothing was found."""
        return None if self.cursor_node is None else path_command(self._session, self.tree, self.cursor_node)

    @property
    def list_command(self) -> str:
        """The command line that prints the list of the files of the tree."""
        return find_command(self._session, self.tree)

    def preview_command(self, target: Target, tab: Tab) -> str:
        """The command line that prints the content, the diff or the history of a path."""
        return preview_command(self._session, target, tab)

    @property
    def is_open(self) -> bool:
        """Whether the cursor is on an open directory that shows something."""
        node = self.cursor_node
        return node is not None and bool(self.tree.expanded[node]) and self.tree.has_children(node)

    @property
    def has_children_below_cursor(self) -> bool:
        """Whether the cursor is on a directory that shows something once it is open."""
        node = self.cursor_node
        return node is not None and self.tree.has_children(node)

    @property
    def path_above(self) -> bytes:
        """The path of the directory above the row of the cursor; the root is above itself."""
        node = ROOT if self.cursor_node is None else self.tree.row_top(self.cursor_node)
        return b"" if node == ROOT else self.stack.nodes.path(int(self.stack.nodes.parents[node]))

    @property
    def symlink_target(self) -> bytes | None:
        """The path that the symlink under the cursor leads to, in the upper snapshot; None if there is none."""
        path = self.cursor_path
        found = None if path is None else self.stack.snapshot(self.tree.compared.scope.after).lookup(path)
        return None if found is None else self.stack.nodes.path(found)

    def set_open(self, *, opened: bool) -> bool:
        """Open or close the directory under the cursor; returns whether it has anything to show."""
        node = self.cursor_node
        if node is None or not self.tree.has_children(node):
            return False
        path = self.stack.nodes.path(node)
        self._state.reveal(path)  # the directories of its row, which another filter may show in rows of their own
        self._state.expansion.set(path, opened=opened)
        return True

    def layer_of_next_version(self, steps: int) -> int | None:
        """The nearest layer above or below the selected one that wrote or removed the path under the cursor."""
        node, selected = self.cursor_node, self._state.layer
        if node is None:
            return None
        layers = [layer for layer in layers_of(self.stack, node) if (layer - selected) * steps > 0]
        return min(layers, key=lambda layer: abs(layer - selected), default=None)

    def layer_of_hidden(self, path: bytes) -> int | None:
        """The layer that wrote a path last, if the tree does not show it; None if it does, or there is no such path."""
        node = self.stack.nodes.find(path)
        if node is None or self.tree.shown[node]:
            return None
        versions = self.stack.versions.of_node(node)
        return int(self.stack.versions.born[versions[-1]])

    def select_row(self, row: int) -> None:
        """Put the cursor on a row of the tree."""
        if row < len(self.tree.rows):
            self._state.cursor = self.stack.nodes.path(int(self.tree.rows[row]))

    def select_match(self, steps: int) -> None:
        """Put the cursor on the next path that was found, if there is one."""
        row = positions.next_match(self.tree, self.cursor_row, steps)
        if row is not None:
            self.select_row(row)

    def select_change(self, steps: int) -> bool:
        """Put the cursor on the next path that changed, if any; returns whether directories had to be opened."""
        tree, node = self.tree, self.cursor_node
        found = None if node is None else positions.next_change(tree, node, steps)
        if found is None:
            return False
        self._state.cursor = self.stack.nodes.path(found)
        is_hidden = positions.row_of(tree, found) is None
        if is_hidden:
            self._state.reveal(self._state.cursor)
        return is_hidden
