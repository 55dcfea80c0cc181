"""An image in the explorer, or two that are compared."""

from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from layerscope.display import display
from layerscope.errors import LayerscopeError
from layerscope.oci import Image, Reference
from layerscope.registry.http.events import ignore
from layerscope.sources.open import STDIN
from layerscope.tui.lines.problem_lines import one_sentence
from layerscope.tui.lines.spans import safe
from layerscope.tui.messages import BackWanted, LeaveWanted, LocationOpened, LocationWanted, PlatformWanted
from layerscope.tui.opener import Opener
from layerscope.tui.panes.copying import say
from layerscope.tui.panes.layers.loader import Loader
from layerscope.tui.rows.browser import Browser
from layerscope.tui.screens.explorer import ExplorerScreen
from layerscope.tui.screens.help import ProblemScreen
from layerscope.tui.state.attachment import Attachment, Attachments
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.session import Session
from layerscope.tui.state.taste import Taste
from layerscope.tui.state.trail import ImageLocation, PairLocation, named_beside, parent


class ImageScreen(ExplorerScreen):
    """Opens an image, or two, and asks what to do if that fails.

    `can_go_back` says whether the user came from somewhere.
    """

    can_go_back = False

    def __init__(self, location: ImageLocation | PairLocation, opener: Opener, taste: Taste) -> None:
        if isinstance(location, PairLocation):
            self.session = _session(location.after, opener)
            self.session.base = _session(location.before, opener)
        else:
            self.session = _session(location, opener)
        self._location, self._is_opened = location, False
        self._has_tags = parent(location) is not None
        self._shown_problem: LayerscopeError | None = None
        super().__init__(Browser(self.session), taste.keys)
        self.browser.state.sort, self.browser.state.columns = taste.sort, taste.columns
        self._goes_to = self._after.cursor
        self.browser.state.cursor = self._goes_to

    @property
    def _after(self) -> ImageLocation:
        """The image, of two images the second one."""
        return self._location.after if isinstance(self._location, PairLocation) else self._location

    @property
    def problems(self) -> list[LayerscopeError]:
        """What is wrong with the image."""
        return self.session.problems

    @property
    def is_reading(self) -> bool:
        """Whether an image or one of its layers is still being read."""
        is_open = all(image.image for image in self.session.images)
        return not (is_open or self.session.problem or self.session.stopped) or self.session.is_reading

    @property
    def has_new_problem(self) -> bool:
        """Whether a problem is there that the user was not yet asked about."""
        return self.session.problem is not None and self.session.problem is not self._shown_problem

    def on_mount(self) -> None:
        """Begin to read."""
        self.call_after_refresh(self.start)

    def on_unmount(self) -> None:
        """Stop reading: the image is closed."""
        self.stop(grace=0)

    def changed(self, what: Changed) -> None:
        """Draw what has changed; if the image cannot be opened, ask what to do."""
        super().changed(what)
        if self.session.image and not self._is_opened:
            self._is_opened = True
            self.post_message(LocationOpened(self._location))
        if self._goes_to and self.session.is_complete:
            self._go_to_path()
        self._ask_about_problem()

    def _go_to_path(self) -> None:
        """Show the path that the cursor was on before, unless the user has moved the cursor."""
        path, self._goes_to = self._goes_to, b""
        if self.browser.state.cursor == path and self.browser.state.search is None:
            self.browser.find_path(path)
            super().changed(Changed.SCOPE)

    def on_platform_wanted(self, message: PlatformWanted) -> None:
        """Go to the image for another platform; of two images, to both. The cursor stays on its path."""
        if self._after.text == STDIN:
            say(self.app, "an image from standard input cannot be opened again")
            return
        location = replace(self._after, platform=message.platform, cursor=self.browser.state.cursor)
        if isinstance(self._location, PairLocation):
            before = replace(self._location.before, platform=message.platform)
            self.post_message(LocationWanted(PairLocation(before, location)))
        else:
            self.post_message(LocationWanted(location))

    def on_screen_resume(self) -> None:
        """Ask about a problem that came up while the user was elsewhere."""
        self._ask_about_problem()

    async def ask_for_base(self, problem: LayerscopeError | None = None, answer: str = "") -> None:
        """Let the user name an image, and compare it with this one."""
        from layerscope.tui.panes.ask import AskScreen  # noqa: PLC0415 - rarely used

        location = self._after
        if location.text == STDIN:
            say(self.app, "an image from standard input cannot be opened again")
            return

        async def go(answer: str | None) -> None:
            if answer is None:
                return
            try:
                self.post_message(LocationWanted(PairLocation(named_beside(location, answer), location)))
            except LayerscopeError as error:
                await self.ask_for_base(error, answer)

        question = f"Show what changed from image A to {safe(location.name)}. Name image A, or only its :TAG:"
        if problem:
            question = f"{one_sentence(problem)}. {question}"
        await self.app.push_screen(AskScreen("Compare", question, answer), go)

    def _ask_about_problem(self) -> None:
        problem = self.session.problem
        if problem and self.has_new_problem and self.is_current:
            self._shown_problem = problem
            question = ProblemScreen(problem, can_go_back=self.can_go_back, has_tags=self._has_tags)
            self.app.push_screen(question, self._follow)

    def _follow(self, answer: str | None) -> None:
        if answer == "retry":
            self.part(Loader).retry()
        elif answer == "back":
            self.post_message(BackWanted())
        else:
            self.post_message(LeaveWanted())


def _session(location: ImageLocation, opener: Opener) -> Session:
    """What is known of an image before it is opened."""
    open_image = partial(opener.open_image, location.text)
    platform = location.platform or opener.platform
    return Session(
        display(location.name),
        open_image,
        platform,
        opener.memory,
        last_layer=location.layer,
        attached=partial(_attached, opener, location.reference),
        options=opener.options,
        known_base=opener.known_base,
        uses_tables=opener.uses_tables,
    )


def _attached(opener: Opener, reference: Reference | None, image: Image) -> Attachments:
    """What is attached to an image; if it was read from a registry, the registry is asked. A worker calls it."""
    from layerscope.sources.attachments import attachments_of  # noqa: PLC0415 - rarely used

    is_whole = reference is not None and image.reference == str(reference)
    with opener.connect(reference.domain, ignore) if reference and is_whole else nullcontext() as client:
        found = attachments_of(image, client, reference)
    return Attachments(tuple(Attachment(item.kind, item.descriptor, item.tag) for item in found), is_whole)
