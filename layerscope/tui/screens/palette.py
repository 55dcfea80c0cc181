"""The command palette: every action of the keymap by name, and the themes."""

from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.theme import ThemeProvider

from layerscope.tui.widgets.latest_size import LatestSize


class Actions(Provider):
    """The actions of the keymap by their names, and by other words for them, which are shown beside their keys."""

    async def discover(self) -> Hits:
        """All actions."""
        for name, words, callback, *_ in self.app.get_system_commands(self.screen):
            yield DiscoveryHit(name, callback, help=words)

    async def search(self, query: str) -> Hits:
        """The actions that match; those with another word for it come last."""
        matcher = self.matcher(query)
        for name, words, callback, *_ in self.app.get_system_commands(self.screen):
            if score := matcher.match(name) or matcher.match(words) / 10:
                yield Hit(score, matcher.highlight(name), callback, help=words)


class Palette(LatestSize, CommandPalette):
    """Textual's palette, without three of its faults, each of which ends the program.

    A page key may arrive before its list has lines. A click or enter may arrive after it was closed, and so may the
    results of its search.
    """

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close the palette; if it is closed already, the screen below it stays."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)

    def _watch__list_visible(self) -> None:
        if self.query(CommandList):
            super()._watch__list_visible()

    async def _watch__show_busy(self) -> None:
        if self.query(CommandList):
            await super()._watch__show_busy()


def theme_palette() -> Palette:
    """All themes by name."""
    return Palette(providers=[ThemeProvider], placeholder="Search for themes…")
