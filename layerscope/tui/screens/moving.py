"""Keys that move within a pane."""

from functools import partial

from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.screens.keyed import KeyedScreen


def move(lines: int, screen: KeyedScreen) -> None:
    """Move this many lines up or down."""
    screen.pane.move(lines)


def turn_pages(pages: int, screen: KeyedScreen) -> None:
    """Move this many pages up or down."""
    screen.pane.move(pages * screen.pane.page_height)


def to_bottom(screen: KeyedScreen) -> None:
    """Move to the last line."""
    screen.pane.move_to(screen.pane.line_count - 1)


MOVING_KEYS = in_section(
    Section.MOVING,
    Key("up", ("up", "k"), partial(move, -1), "one line up", moves=True),
    Key("down", ("down", "j"), partial(move, 1), "one line down", moves=True),
    Key("page_up", ("pageup", "u"), partial(turn_pages, -1), "one page up", moves=True),
    Key("page_down", ("pagedown", "d"), partial(turn_pages, 1), "one page down", moves=True),
    Key("top", ("home",), lambda screen: screen.pane.move_to(0), "to the first line", moves=True),
    Key("bottom", ("end",), to_bottom, "to the last line", moves=True),
)
