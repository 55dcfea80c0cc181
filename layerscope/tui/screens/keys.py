"""Keys of the program itself: panes, help, palette, themes, quit."""

from functools import partial
from typing import Any

from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.messages import LeaveWanted, ParentWanted
from layerscope.tui.screens.keyed import MOVING_KEYS, KeyedScreen


def go_up(screen: KeyedScreen) -> None:
    """Go to the repository of the image."""
    screen.post_message(ParentWanted())


def leave(screen: KeyedScreen) -> None:
    """Leave the program."""
    screen.post_message(LeaveWanted())


def open_palette(screen: KeyedScreen) -> None:
    """Open the command palette."""
    screen.app.action_command_palette()


def go_to_pane(number: int, screen: Any) -> None:
    """Give the focus to the pane of this number, in the order of reading."""
    screen.go_to_number(number)


async def show_help(screen: KeyedScreen) -> None:
    """Show the keys."""
    from layerscope.tui.screens.help import HelpScreen  # noqa: PLC0415 - rarely used

    await screen.app.push_screen(HelpScreen(screen.keymap))


PROGRAM_KEYS = (
    *MOVING_KEYS,
    Key("palette", ("ctrl+p",), open_palette, "the command palette: every action by name", order=6),
    Key("theme", ("T",), lambda screen: screen.app.search_themes(), "choose a theme", order=6),
    Key("help", ("question_mark",), show_help, "this help", "help", 98, order=9),
    Key("help_while_typing", ("f1",), show_help, "this help, also while you type", order=9, while_typing=True),
    Key("quit", ("q",), leave, "quit; ctrl+c quits at any moment", "quit", 99, order=9),
)
"""The keys of every screen."""

BACK_HELP = "go back: close a maximised pane, a file, a listing, a search or a range, then show the tags"
PANES_HELP = "go to the layers, to the files (or the listing), to the details"
EXPLORER_KEYS = (
    *PROGRAM_KEYS,
    *in_section(
        Section.MOVING,
        Key("next_pane", ("tab",), lambda screen: screen.go_by(1), "next pane", "pane", 1, while_typing=True),
        *(
            Key(
                f"pane_{number}",
                (str(number),),
                partial(go_to_pane, number),
                f"go to pane {number}",
                family=PANES_HELP,
            )
            for number in range(1, 4)
        ),
        Key("previous_pane", ("shift+tab",), lambda screen: screen.go_by(-1), "previous pane", while_typing=True),
    ),
    Key("escape", ("escape",), lambda screen: screen.step_back(), BACK_HELP),
    Key("jump_back", ("B",), lambda screen: screen.jump_back(), "go back to the position before the last jump"),
    Key(
        "compare",
        ("D",),
        lambda screen: screen.ask_for_base(),
        "compare with another image: show what changed from that image to this one",
        order=4,
        words="diff",
    ),
    Key("parent", ("t", "backspace"), go_up, "list all tags of the repository of the image", "tags", 12),
    Key(
        "copy_command",
        ("ctrl+y",),
        lambda screen: screen.copy_command(),
        "copy the command line that prints what is shown",
        order=3,
    ),
    Key(
        "maximise",
        ("z",),
        lambda screen: screen.toggle_maximised(),
        "maximise this pane, or restore the layout",
        order=5,
    ),
)
