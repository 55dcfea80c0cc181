"""The content pane: the content, the diff or the history of the path under the cursor, or a page about the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError
from layerscope.tui.lines.fields import placeholder
from layerscope.tui.lines.preview_words import tab_line, titles
from layerscope.tui.lines.problem_lines import problem_lines
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.content.colours import Colours
from layerscope.tui.panes.content.finding import ContentFinding
from layerscope.tui.panes.content.keys import KEYS
from layerscope.tui.panes.content.pager import Pager
from layerscope.tui.panes.content.preparer import Preparer
from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.panes.pane import Details, Explorer, Pane
from layerscope.tui.rows.browser import LayerRow, steps_of_image
from layerscope.tui.rows.image_command import image_command
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.preview_look import PreviewLook, Tab

if TYPE_CHECKING:
    from layerscope.oci import Digest
    from layerscope.tui.lines.previews.body import Body, View
    from layerscope.tui.rows.target import Target

_OTHER_PATH = Changed.VIEW | Changed.FOUND | Changed.CURSOR | Changed.ROW | Changed.LISTING


class ContentPane(Pane):
    """Facts above a body; it follows the cursor of the tree, or of the list in its place."""

    NAME = "content"
    KEYS = KEYS
    PARTS = (Previewer, ContentFinding, Colours, Pager, Preparer)
    follows = _OTHER_PATH | Changed.PREVIEW | Changed.PROGRESS
    on_right = True
    is_called_by_keys = True
    has_details = False

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._target: Target | None = None
        self._shown: object = None
        self._head: list[Line] = []
        self._empty = ""
        self._steps: list[LayerRow] = []

    @property
    def look(self) -> PreviewLook:
        """How the file is shown."""
        return self.explorer.browser.state.preview

    @property
    def is_shown(self) -> bool:
        """Whether a file is shown."""
        return self.look.tab is not None

    @property
    def target(self) -> Target | None:
        """The version that is shown, or will be when it is read."""
        return self._target

    def update(self, what: Changed) -> None:
        """Ask for what the cursor is on, and draw what has been read."""
        if what is Changed.PROGRESS and self.look.tab is not Tab.DOCKERFILE:
            return
        previewer = self.explorer.part(Previewer)
        if self.look.tab is None:
            previewer.forget()
            self._target = None
            return
        if self.look.tab.is_of_image:
            self._target = None
            self._steps = steps_of_image(self.explorer.browser) if self.look.tab is Tab.DOCKERFILE else []
            previewer.want(None, is_hurried=True)
            self._draw(previewer)
            return
        target = self.explorer.main.target
        if target is None or self._target is None or target.identity != self._target.identity:
            self.look.inside, self.look.left, self.look.as_bytes = (), 0, False
        self._target = target
        if target is None:
            previewer.forget()
        else:
            previewer.want(target, is_hurried=Changed.PREVIEW in what)
        self._draw(previewer)

    def _draw(self, previewer: Previewer) -> None:
        page = None if isinstance(previewer.page, LayerscopeError) else previewer.page
        is_of_image = self.look.tab is not None and self.look.tab.is_of_image
        self._empty = previewer.progress if self._target or is_of_image else "no path is selected"
        if previewer.page is None:
            self._empty = self._empty or "reading"
        self.has_cursor = page is not None and not self._empty
        if previewer.is_current or not self.has_cursor:
            names = page.names[1:] if page else ()
            self.set_title(*titles(self.look.tab, self.explorer.browser.session, self._target, names))
        self.set_subtitle(page.status if page and not self._empty else "")
        is_new, self._shown = previewer.shown != self._shown, previewer.shown
        self._make_head()
        first = len(self._head) if page and page.heading else 0
        self.lines_changed(first if is_new else self.cursor)
        if is_new:
            self.scroll_to(y=0, animate=False)
        self._go_to_found()
        if self.look.step is not None:
            self.call_after_refresh(self._go_to_step)  # the rows depend on the width, which a hidden pane has not

    def _make_head(self) -> None:
        """The lines above the body: why there is none, the facts, or the heads of columns."""
        page, width = self.explorer.part(Previewer).page, self.scrollable_content_region.width
        if self._empty or page is None:
            self._head = placeholder(self._empty, max(width - 1, 1))
        elif isinstance(page, LayerscopeError):
            self._head = problem_lines(page, max(width - 1, 1))
        else:
            self._head = page.head(width)

    def lines_changed(self, cursor: int | None = None, rows: object = None) -> None:  # noqa: ARG002 - all are drawn
        """Draw again, the facts for another width."""
        self._make_head()
        super().lines_changed(cursor)

    def step_back(self) -> bool:
        """Leave an archive, or close the file."""
        if self.look.tab is None:
            return False
        is_seen = self.explorer.pane is self or not self.explorer.covers_details
        if is_seen and self.look.inside:
            self.look.inside = self.look.inside[:-1]
            self.explorer.changed(Changed.PREVIEW)
            return True
        self.close()
        return is_seen

    def close(self) -> None:
        """Show no file any more."""
        self.look.show(None)
        self.explorer.changed(Changed.PREVIEW)
        if self.explorer.pane is self:
            self.explorer.go_to(self.explorer.main.NAME)

    def describe(self) -> Details:
        """The details of the path."""
        return self.explorer.main.describe()

    @property
    def command(self) -> str | None:
        """The command line that prints the same; none for what no snapshot has."""
        browser = self.explorer.browser
        if self.look.tab and self.look.tab.is_of_image:
            return image_command(browser.session, self.look.tab, inside=self._inside)
        if self._target is None or self.look.tab is None or browser.files is None or self._target.is_shadowed:
            return None
        return browser.files.preview_command(self._target, self.look.tab)

    @property
    def _inside(self) -> Digest | bool:
        """The digest of the attachment that is shown, or whether it is the source of the Dockerfile."""
        page = self.explorer.part(Previewer).page
        digest = None if page is None or isinstance(page, LayerscopeError) else page.digest
        return digest or bool(self.look.inside)

    @property
    def body(self) -> Body | None:
        """What is below the facts; None while there is nothing."""
        previewer = self.explorer.part(Previewer)
        page = previewer.page
        if self._empty or page is None or isinstance(page, LayerscopeError):
            return None
        if self.look.is_beside and page.beside and self.is_wide_enough:
            return page.beside
        return previewer.body(as_bytes=self.look.as_bytes)

    @property
    def is_wide_enough(self) -> bool:
        """Whether two texts have room side by side."""
        from layerscope.tui.lines.previews.beside_body import WIDE_ENOUGH  # noqa: PLC0415 - numpy loads late

        return self.scrollable_content_region.width >= WIDE_ENOUGH

    @property
    def view(self) -> View:
        """How the body is drawn."""
        from layerscope.tui.lines.previews.body import View  # noqa: PLC0415 - numpy loads after the first frame

        return View(max(self.scrollable_content_region.width, 1), self.look, self._steps)

    @property
    def body_row(self) -> int:
        """The row of the body that the cursor is on; negative on a fact."""
        return self.cursor - len(self._head)

    @property
    def line_count(self) -> int:
        """The facts, and the rows of the body."""
        return len(self._head) + (self.body.count(self.view) if self.body else 0)

    def heading(self, width: int) -> Line:
        """The tabs."""
        return tab_line(self.look.tab, width)

    def line(self, row: int, width: int) -> Line:  # noqa: ARG002 - the view has it
        """A fact, or a row of the body."""
        if row < len(self._head) or self.body is None:
            return self._head[row] if row < len(self._head) else ()
        return self.body.line(row - len(self._head), self.view)

    def _go_to_step(self) -> None:
        """Put the cursor on the step that is asked for, once the Dockerfile is there."""
        from layerscope.tui.lines.previews.margin_body import MarginBody  # noqa: PLC0415 - numpy loads late

        if self.look.step is not None and isinstance(self.body, MarginBody):
            step, self.look.step = self.look.step, None
            self.lines_changed(self.body.row_of_step(step, self.view) + len(self._head))

    def _go_to_found(self) -> None:
        """Put the cursor on what was found, if that is asked for."""
        finding = self.explorer.part(ContentFinding)
        direction, finding.direction = finding.direction, None
        if direction is None or not finding.found or self.body is None:
            return
        rows = [self.body.row_of(item, self.view) for item in finding.found]
        if direction < 0:
            row = next((row for row in reversed(rows) if row < self.body_row), rows[-1])
        else:
            row = next((row for row in rows if row >= self.body_row + direction), rows[0])
        self.lines_changed(row + len(self._head))
