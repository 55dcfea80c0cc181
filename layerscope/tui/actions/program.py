"""The program itself: help, palette, themes, panes, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import action
from layerscope.tui.messages import RetryWanted

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen


@action
def facts(explorer: ExplorerScreen) -> None:
    """The next subject of the details."""
    explorer.next_facts()


@action
def maximise(explorer: ExplorerScreen) -> None:
    """Give the screen to the pane, or take it back."""
    explorer.toggle_maximised()


@action
def palette(explorer: ExplorerScreen) -> None:
    """The command palette."""
    explorer.app.action_command_palette()


@action
def theme(explorer: ExplorerScreen) -> None:
    """Choose a theme."""
    explorer.app.search_themes()


@action
def retry(explorer: ExplorerScreen) -> None:
    """Read again what failed."""
    explorer.post_message(RetryWanted())


@action
def help(explorer: ExplorerScreen) -> None:  # noqa: A001 - the action's name in the keymap
    """Show the keys."""
    from layerscope.tui.screens.help import HelpScreen  # noqa: PLC0415 - rarely used

    explorer.app.push_screen(HelpScreen())


@action
def quit(explorer: ExplorerScreen) -> None:  # noqa: A001 - the action's name in the keymap
    """Leave."""
    explorer.app.exit(0)
