"""Drawing: what each pane shows follows from the browser, and is set here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.lines.details import Subject, details_of
from layerscope.tui.lines.find_lines import find_hint, find_prompt, find_status
from layerscope.tui.lines.footer_line import footer_line
from layerscope.tui.lines.header_line import header_line
from layerscope.tui.lines.titles import FilesWords, why_no_listing
from layerscope.tui.rows.layer_rows import layer_rows

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen


class Drawing:
    """Draws the panes of a screen, each as far as something has changed."""

    def __init__(self, screen: ExplorerScreen) -> None:
        self._screen = screen
        self._browser = screen.browser
        self.subject = Subject.LAYER

    def all(self) -> None:
        """Everything: more of the image has come."""
        self._screen.header.show(lambda width: header_line(self._browser.session, width))
        self.progress()
        self.tree()
        self.listing()

    def progress(self) -> None:
        """How far the reading is, in the footer and beside the layers."""
        self._screen.footer.show(lambda width: footer_line(self._browser.session, width))
        self._screen.layers_pane.show(layer_rows(self._browser), self._browser.state.step)

    def scope(self) -> None:
        """Layers and tree: another layer or range is looked at."""
        self._screen.layers_pane.show(layer_rows(self._browser), self._browser.state.step)
        self.tree()

    def tree(self) -> None:
        """The tree: something in it is opened, hidden or sorted."""
        self._browser.view_changed()
        self.rows()

    def rows(self) -> None:
        """The tree as the browser has it."""
        browser = self._browser
        self._screen.files_pane.show(
            browser.tree, browser.cursor_row, FilesWords.of(browser), attributes=browser.state.attributes
        )
        self.found()
        self.details(keep_place=True)

    def cursor(self) -> None:
        """The tree's cursor was put on another path."""
        self._screen.files_pane.lines_changed(self._browser.cursor_row)
        self.found()
        self.details()

    def found(self) -> None:
        """What came of the search."""
        if bar := self._screen.find_bar:
            bar.show(
                lambda width: find_prompt(self._browser, width),
                lambda width: find_status(self._browser, width),
                find_hint(is_regex=self._browser.state.is_regex),
            )

    def listing(self) -> None:
        """The list that is looked at in the place of the tree."""
        state = self._browser.state
        if state.listing:
            self._screen.listing_pane.show(
                self._browser.listing,
                state.listing.capitalize(),
                state.listing_rows.get(state.listing, 0),
                waiting=why_no_listing(self._browser),
            )

    def details(self, *, keep_place: bool = False) -> None:
        """The facts of the subject."""
        title, make = details_of(self._browser, self.subject)
        self._screen.details_pane.show(title, make, keep_place=keep_place)
