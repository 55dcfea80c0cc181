"""The details pane: what is known of the row under the cursor, or of the image."""

from functools import partial

from layerscope.tui.keymap import Key
from layerscope.tui.lines.fields import dim_line, value_at
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.image_details import image_details
from layerscope.tui.lines.spans import Line, Span
from layerscope.tui.panes.copying import copy, say
from layerscope.tui.panes.details.owners import Owners
from layerscope.tui.panes.pane import Details, Explorer, Pane
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.scope import NAMES
from layerscope.tui.state.session import Session
from layerscope.tui.widgets.text_view import TextView


def next_subject(explorer: Explorer) -> None:
    """Show the details; if they are shown already, turn them to another subject."""
    if explorer.covers_details and not isinstance(explorer.pane, DetailsPane):
        explorer.go_to(DetailsPane.NAME)
        explorer.changed(Changed.SUBJECT)
        return
    subjects = [pane for pane in explorer.panes.values() if pane.is_shown and pane.has_details]
    number = subjects.index(explorer.subject) if explorer.subject in subjects else -1
    explorer.subject = subjects[(number + 1) % len(subjects)]
    explorer.changed(Changed.SUBJECT)


def copy_value(explorer: Explorer) -> None:
    """Copy the value under the cursor."""
    value = explorer.pane.value if isinstance(explorer.pane, DetailsPane) else ""
    if value:
        copy(explorer.app, value)
    else:
        say(explorer.app, "no value is on this row")


_NEW_TEXT = Changed.CURSOR | Changed.ROW | Changed.SUBJECT
SUBJECT_HELP = "switch the details: layer, path or image"


class DetailsPane(TextView, Pane):
    """Draws what the pane that last had the focus describes; the details pane itself describes the image."""

    NAME = "details"
    KEYS = (
        Key("copy_path", ("y",), copy_value, here=True),
        Key("copy_digest", ("Y",), copy_value, here=True),
        Key(
            "details",
            ("i",),
            next_subject,
            SUBJECT_HELP,
            "details",
            3,
            order=5,
            words="config, environment, labels, view, inspect",
        ),
    )
    PARTS = (Owners,)
    follows = _NEW_TEXT | Changed.VIEW | Changed.FOUND | Changed.REGISTRY | Changed.OWNERS

    def update(self, what: Changed) -> None:
        """Draw the details; scroll to the top if they have another subject."""
        is_new = bool(what & _NEW_TEXT)
        self.show(*self.explorer.subject.describe(), keep_scroll=not is_new)

    def on_focus(self) -> None:
        """Show a cursor, so that a value can be copied."""
        self.has_cursor = True
        self.lines_changed()

    def on_blur(self) -> None:
        """Show only the text."""
        self.has_cursor = False
        self.refresh()

    @property
    def value(self) -> str:
        """The value on the row of the cursor, whole, without its label."""
        return value_at(self._lines, self.cursor)

    def describe(self) -> Details:
        """What is known of the image; of two images, of both."""
        session = self.explorer.browser.session
        if session.base is None:
            return "Image", partial(_image_lines, session)
        return "Images A and B", lambda width: [
            line
            for name, image in zip(NAMES, session.images, strict=True)
            for line in ((Span(f"Image {name}", "heading"),), *_image_lines(image, width), ())
        ]


def _image_lines(session: Session, width: int) -> list[Line]:
    image = session.image
    if image is None:
        return dim_line("the manifest is not read yet")
    incomplete = Gap.of(session, session.all_layers).incomplete
    return image_details(image, session.whole_accounting, incomplete, session.news.limit, width, session.found_base)
