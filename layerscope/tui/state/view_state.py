"""How the user looks at the image; it stays the same when a new stack is merged."""

from dataclasses import dataclass, field
from enum import Enum

from layerscope.insight.marks import Changes
from layerscope.tui.state.expansion import Expansion
from layerscope.tui.state.listing_look import ListingLook
from layerscope.tui.state.preview_look import PreviewLook
from layerscope.tui.state.query_text import QueryText
from layerscope.tui.state.scope import Scope


class Kind(Enum):
    """The kinds of change that can be hidden, with their signs."""

    ADDED = "+"
    MODIFIED = "~"
    REMOVED = "-"
    UNMODIFIED = " "


class Sort(Enum):
    """What siblings in the tree are sorted by; the last two also say what the size column measures."""

    NAME = "name"
    SIZE = "size"
    CHANGE = "change"
    WASTED = "wasted"
    PULL = "pull"

    @property
    def measure(self) -> str:
        """What the size column measures: the word in its heading."""
        return self.value if self in (Sort.WASTED, Sort.PULL) else "size"


class Column(Enum):
    """The columns of the tree that the user can do without."""

    MODE = "mode"
    OWNER = "owner"
    PULL = "pull"
    BAR = "bar"


ALL_COLUMNS, ATTRIBUTES = frozenset(Column), frozenset((Column.MODE, Column.OWNER))


class LayerOrder(Enum):
    """What the steps of the history are sorted by; except by number, the biggest comes first."""

    NUMBER = "number"
    SIZE = "size"
    WASTE = "waste"
    PULL = "pull"


@dataclass
class ViewState:
    """The selected step of the history and its layer, the other end of a range (the anchor), and the look of the tree.

    `cursor` is a path. A step that made no layer stands on the layer below it. `last_of_base` is the highest layer of
    the base image, as the image, the cache or the user says. `in_pair` says that two images are compared, and
    `is_on_pair` that the step stands for their comparison. What is hidden is kept separately for changes and for the
    whole file system; what is open is kept separately for a search. `is_regex` says whether the search text is a
    regular expression, and `shows_found` whether something was found. `listing` is what is shown instead of the tree,
    `listing_look` how, `preview` how a file is shown. `jumps` has what was shown before each jump. `changes` are what
    is marked.
    """

    step: int = 0
    layer: int = 0
    anchor: int | None = None
    last_of_base: int | None = None
    in_pair: bool = False
    is_on_pair: bool = False
    whole: bool = False
    sort: Sort = Sort.NAME
    layer_order: LayerOrder = LayerOrder.NUMBER
    ghosts: bool = False
    columns: frozenset[Column] = ALL_COLUMNS
    cursor: bytes = b""
    search: QueryText | None = None
    is_regex: bool = False
    shows_found: bool = False
    listing: str | None = None
    listing_look: ListingLook = field(default_factory=ListingLook)
    preview: PreviewLook = field(default_factory=PreviewLook)
    hidden_in_changes: set[Kind] = field(default_factory=lambda: {Kind.UNMODIFIED})
    hidden_in_whole: set[Kind] = field(default_factory=set)
    changes: Changes = field(default_factory=Changes)
    jumps: list[tuple[int, int | None, bool, bytes, str | None]] = field(default_factory=list)
    opened: Expansion = field(default_factory=lambda: Expansion(level=2))
    opened_in_search: Expansion = field(default_factory=lambda: Expansion(level=0))

    @property
    def scope(self) -> Scope:
        """What is compared."""
        if self.is_on_pair:
            return Scope.of_both(whole=self.whole)
        return Scope.of(self.layer, self.anchor, whole=self.whole, in_pair=self.in_pair)

    @property
    def hidden(self) -> set[Kind]:
        """The kinds of change that are hidden at present."""
        return self.hidden_in_whole if self.whole else self.hidden_in_changes

    @property
    def expansion(self) -> Expansion:
        """What is open at present."""
        return self.opened_in_search if self.search and self.shows_found else self.opened

    def clear_filters(self) -> None:
        """Hide what is usually hidden, and nothing else."""
        usual = ViewState()
        self.hidden_in_changes, self.hidden_in_whole = usual.hidden_in_changes, usual.hidden_in_whole
        self.ghosts = False

    def remember(self) -> None:
        """Remember the step, the anchor, the scope, the path and the listing, to come back after a jump."""
        self.jumps.append((self.step, self.anchor, self.whole, self.cursor, self.listing))

    def reveal(self, path: bytes) -> None:
        """Open all directories above a path."""
        while path:
            path = path.rpartition(b"/")[0]
            self.expansion.set(path, opened=True)
