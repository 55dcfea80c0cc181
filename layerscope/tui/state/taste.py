"""What the user likes: the settings, as far as the explorer can follow them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from layerscope.tui.keymap import Keys
from layerscope.tui.state.view_state import ALL_COLUMNS, Column, Sort


@dataclass(frozen=True, slots=True)
class Taste:
    """The theme, the order and the columns of the tree, and the keys. An empty theme is the usual one.

    `problems` says which settings cannot be followed. `keep_theme` writes a theme into the settings, in any thread;
    it raises `LayerscopeError`.
    """

    theme: str = ""
    sort: Sort = Sort.NAME
    columns: frozenset[Column] = ALL_COLUMNS
    keys: Keys = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    keep_theme: Callable[[str], None] | None = None


USUAL = Taste()
