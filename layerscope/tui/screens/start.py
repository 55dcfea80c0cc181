"""The start: what was opened last, the images of the engines, and the registries, to choose from or to type over."""

from functools import partial

from textual.events import Mount

from layerscope.errors import LayerscopeError, UsageError
from layerscope.settings.recent import is_kept
from layerscope.tui.keymap import Keymap, Keys
from layerscope.tui.lines.name_words import engines_text, start_status
from layerscope.tui.lines.problem_lines import one_sentence
from layerscope.tui.opener import Opener
from layerscope.tui.panes.names.engine_lister import EngineLister
from layerscope.tui.panes.names.finding import NameFindMode
from layerscope.tui.panes.names.pane import NamesPane
from layerscope.tui.screens.keys import PROGRAM_KEYS
from layerscope.tui.screens.names import NamesScreen
from layerscope.tui.state.trail import Start, registry_of

WITHOUT_MEANING = ("sort", "parent", "go_to", "details", "copy_digest", "copy_command", "retry", "stop")
"""Actions of lists that do nothing here."""
KEYMAP = Keymap(PROGRAM_KEYS, {NamesPane.NAME: [key for key in NamesPane.KEYS if key.action not in WITHOUT_MEANING]})


class StartFinding(NameFindMode):
    """Enter opens the selected name, without a detour over the list."""

    placeholder = "a name, or a part of one"

    def __init__(self, start: "StartScreen") -> None:
        super().__init__(start, partial(start_status, start.browser))
        self._start = start

    def enter(self) -> None:
        """Open the selected name."""
        self._start.choose()

    def start_again(self) -> None:
        """Wait for another name, or for a better one."""
        if self.bar is not None and self.is_open:
            if not self._start.browser.state.search:
                self.bar.clear()
            self.bar.open()

    def followed(self) -> None:
        """Select the first name that matches."""
        self._start.browser.state.cursor = ""
        super().followed()


class StartScreen(NamesScreen):
    """Typing filters the names; the last row is what is typed."""

    KEYMAP = KEYMAP
    problems: tuple[LayerscopeError, ...] = ()
    is_reading = False

    def __init__(self, opener: Opener, keys: Keys) -> None:
        super().__init__(Start(), keys)
        self.browser.names.is_complete = True
        self.find: StartFinding = StartFinding(self)
        self._recent = opener.recent
        engines = opener.engines()
        self._engines: dict[str, list[str] | LayerscopeError | None] = {engine.name: None for engine in engines}
        self._lister = EngineLister(engines, self.post_message, self._take)

    async def on_mount(self, event: Mount) -> None:  # type: ignore[override] # Textual passes what a handler takes
        """Let the user type instead of moving in a list, and ask the engines after the first frame."""
        event.prevent_default()
        await self.find.open()
        self.draw()
        self.call_after_refresh(self._lister.start)

    def on_screen_resume(self) -> None:
        """Show also what was opened meanwhile."""
        self._offer_recent()
        self.rows_changed()

    def on_unmount(self) -> None:
        """End the jobs."""
        self.stop()

    def stop(self) -> None:
        """End the jobs."""
        self._lister.stop()

    def draw(self) -> None:
        """Draw everything, and what is known of the engines."""
        super().draw()
        self.pane.set_subtitle(engines_text(self._engines))

    def choose(self) -> None:
        """Open what is selected; an invalid name is refused."""
        try:
            super().choose()
        except UsageError as error:
            self.app.notify(one_sentence(error), severity="warning", markup=False)
        else:
            self.find.edit("")
        self.find.start_again()

    def _offer_recent(self) -> None:
        names = self.browser.names
        recent = [name for name in self._recent() if is_kept(name)]
        names.keys = {name: key for name, key in names.keys.items() if names.notes[name] not in ("recent", "registry")}
        names.offer(recent, 0, "recent")
        names.offer(dict.fromkeys(filter(None, map(registry_of, recent))), 9, "registry")

    def _take(self, engine: str, found: list[str] | LayerscopeError) -> None:
        """Show the images of an engine, or why there are none."""
        self._engines[engine] = found
        if isinstance(found, list):
            self.browser.names.offer(filter(is_kept, found), 1 + list(self._engines).index(engine), engine)
        self.rows_changed()
