"""The program itself: help, palette, themes, panes, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.registry import action
from layerscope.tui.lines.details import Subject
from layerscope.tui.messages import BackWanted, LeaveWanted, ParentWanted, RetryWanted, StopWanted

if TYPE_CHECKING:
    from textual.screen import Screen

    from layerscope.tui.screens.explorer import ExplorerScreen


@action
def facts(explorer: ExplorerScreen) -> None:
    """The next subject of the details."""
    subjects = [subject for subject in Subject if subject is not Subject.ROW]
    place = subjects.index(explorer.draw.subject) if explorer.draw.subject in subjects else -1
    explorer.draw.subject = subjects[(place + 1) % len(subjects)]
    if explorer.shows_one_pane:
        explorer.go_to(explorer.details_pane)
    explorer.draw.details()


@action
def maximise(explorer: ExplorerScreen) -> None:
    """Give the screen to the pane, or take it back."""
    explorer.toggle_maximised()


@action
def palette(screen: Screen[None]) -> None:
    """The command palette."""
    screen.app.action_command_palette()


@action
def theme(screen: Screen[None]) -> None:
    """Choose a theme."""
    screen.app.search_themes()


@action
def retry(screen: Screen[None]) -> None:
    """Read again what failed."""
    screen.post_message(RetryWanted())


@action
def stop(screen: Screen[None]) -> None:
    """Stop reading."""
    screen.post_message(StopWanted())


@action
def escape(explorer: ExplorerScreen) -> None:
    """One step back: from a maximised pane, a listing, a search, a range, the image."""
    state = explorer.browser.state
    if explorer.maximized is not None:
        explorer.minimize()
    elif state.listing:
        explorer.show_listing(None)
    elif state.search is not None or (explorer.find_bar and explorer.find_bar.display):
        explorer.finding.leave(kept=False)
    elif state.mark is not None:
        state.mark = None
        explorer.draw.scope()
    else:
        explorer.post_message(BackWanted())


@action
def parent(screen: Screen[None]) -> None:
    """To the tags of the repository, or to the repositories of the registry."""
    screen.post_message(ParentWanted())


@action
def waste(explorer: ExplorerScreen) -> None:
    """What is wasted, or the tree again."""
    _toggle_listing(explorer, "waste")


@action
def savings(explorer: ExplorerScreen) -> None:
    """What can be saved, or the tree again."""
    _toggle_listing(explorer, "savings")


def _toggle_listing(explorer: ExplorerScreen, name: str) -> None:
    explorer.show_listing(None if explorer.browser.state.listing == name else name)


@action
async def help(explorer: ExplorerScreen) -> None:  # noqa: A001 - the action's name in the keymap
    """Show the keys."""
    from layerscope.tui.screens.help import HelpScreen  # noqa: PLC0415 - rarely used

    await explorer.app.push_screen(HelpScreen())


@action
def quit(screen: Screen[None]) -> None:  # noqa: A001 - the action's name in the keymap
    """Leave."""
    screen.post_message(LeaveWanted())
