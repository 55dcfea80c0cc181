"""What the details pane tells: of which subject, and in which lines."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.image_details import image_details, nothing_yet
from layerscope.tui.lines.layer_details import step_details

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.tui.lines.spans import Line
    from layerscope.tui.rows.browser import Browser


class Subject(Enum):
    """What the details are about."""

    LAYER = "Layer"
    PATH = "Path"
    IMAGE = "Image"
    ROW = "Row"


def details_of(browser: Browser, subject: Subject) -> tuple[str, Callable[[int], list[Line]]]:
    """The title, and a function that makes the lines for a width."""
    makers = {Subject.LAYER: _of_step, Subject.PATH: _of_path, Subject.IMAGE: _of_image, Subject.ROW: _of_row}
    return makers[subject](browser)


def _of_step(browser: Browser) -> tuple[str, Callable[[int], list[Line]]]:
    if not browser.history:
        return "Layer", lambda _width: nothing_yet("the manifest is not read yet")
    row = browser.history[browser.state.step]
    title = "Step without a layer" if row.layer is None else f"Layer {row.layer}"
    return title, lambda width: step_details(browser.session, row, width)


def _of_path(browser: Browser) -> tuple[str, Callable[[int], list[Line]]]:
    tree, node = browser.tree, browser.cursor_node
    if tree is None or node is None or tree.versions[node] < 0:
        return "Path", lambda _width: nothing_yet("no path is selected")
    from layerscope.tui.lines.path_details import path_details  # noqa: PLC0415 - numpy loads after the first frame
    from layerscope.tui.rows.path_facts import path_facts  # noqa: PLC0415 - the same

    facts, session = path_facts(tree, node), browser.session
    return "Path", lambda width: path_details(facts, Gap.of(session).lack, width)


def _of_image(browser: Browser) -> tuple[str, Callable[[int], list[Line]]]:
    image = browser.session.image
    if image is None:
        return "Image", lambda _width: nothing_yet("the manifest is not read yet")
    session = browser.session
    lack, limit = Gap.of(session).lack, session.news.limit
    return "Image", lambda width: image_details(image, session.whole_accounting, lack, limit, width)


def _of_row(browser: Browser) -> tuple[str, Callable[[int], list[Line]]]:
    row = browser.listing_row
    if row is None:
        return "Details", lambda _width: nothing_yet("nothing is selected")
    return "Details", row.details
