"""What the keys of the content do."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING, Any

from layerscope.content.preview.model import Member
from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.lines.fields import value_at
from layerscope.tui.lines.find_lines import REGEX_KEY
from layerscope.tui.panes.content.finding import ContentFinding
from layerscope.tui.panes.content.image_keys import IMAGE_KEYS, go_to_step, page_of, show_platform, toggle_source
from layerscope.tui.panes.content.pager import Pager
from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.panes.copying import copy, say, say_nothing_selected
from layerscope.tui.panes.pane import Explorer
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.preview_look import Tab

if TYPE_CHECKING:
    from layerscope.tui.lines.previews.items_body import Item

SIDEWAYS = 8
"""Cells that the text is scrolled at a time."""


def show_tab(tab: Tab, explorer: Explorer) -> None:
    """Show a tab; if it is shown already, the content again."""
    if explorer.main.target is None:
        say_nothing_selected(explorer.app)
        return
    look = explorer.browser.state.preview
    is_there = look.tab is tab and explorer.pane.NAME == "content"
    look.show(Tab.CONTENT if is_there else tab)
    explorer.changed(Changed.PREVIEW)
    explorer.go_to("content")


def choose(explorer: Explorer) -> None:
    """Go into the member of an archive, to the layer of a version or step, or to what a symlink leads to."""
    item = _item(explorer)
    target = explorer.pane.target
    if item is not None:
        _choose_item(explorer, *item)
    elif go_to_step(explorer):
        return
    elif target and target.link and (found := target.leads_to()):
        explorer.jump_to_path(found.path)
    else:
        say(explorer.app, "there is nothing to open on this row")


def _choose_item(explorer: Explorer, number: int, item: Item) -> None:
    from layerscope.blobs.platforms import PlatformChoice  # noqa: PLC0415 - rarely used
    from layerscope.tui.rows.path_history import HistoryStep  # noqa: PLC0415 - the same

    look = explorer.browser.state.preview
    if isinstance(item, PlatformChoice):
        show_platform(item, explorer)
    elif isinstance(item, HistoryStep):
        explorer.browser.select_layer(item.layer)
        explorer.changed(Changed.SCOPE)
    elif isinstance(item, Member) and item.kind != "file":
        say(explorer.app, "only files can be opened")
    else:
        look.inside = (*look.inside, number)
        explorer.changed(Changed.PREVIEW)


def _item(explorer: Any) -> tuple[int, Item] | None:
    """The number of the item under the cursor, and itself; none while another page is read."""
    from layerscope.tui.lines.previews.items_body import ItemsBody  # noqa: PLC0415 - numpy loads after the first frame

    pane = explorer.pane
    if not explorer.part(Previewer).is_current:
        return None
    number = pane.body.item_at(pane.body_row) if isinstance(pane.body, ItemsBody) and pane.body_row >= 0 else None
    return None if number is None else (number, pane.body.items[number])


def scroll(cells: int, explorer: Explorer) -> None:
    """Scroll lines that are not folded; in an archive, go in or out."""
    look = explorer.browser.state.preview
    if look.inside and cells < 0 and (look.folds or not look.left):
        explorer.pane.step_back()
    elif _item(explorer) and cells > 0:
        choose(explorer)
    elif look.folds:
        say(explorer.app, "long lines are folded; F shows them unfolded")
    else:
        look.left = max(look.left + cells, 0)
        explorer.changed(Changed.PREVIEW)


def toggle_folding(explorer: Explorer) -> None:
    """Fold long lines, or let them be scrolled."""
    look = explorer.browser.state.preview
    look.folds, look.left = not look.folds, 0
    explorer.changed(Changed.PREVIEW)


def toggle_bytes(explorer: Explorer) -> None:
    """Show the bytes of the file, or what they mean; of the image, the document that a page is made of."""
    look = explorer.browser.state.preview
    if look.tab is Tab.DOCKERFILE:
        toggle_source(explorer)
        return
    look.as_bytes = not look.as_bytes and look.tab in (Tab.CONTENT, Tab.CONFIG)
    explorer.changed(Changed.PREVIEW)


def toggle_beside(explorer: Any) -> Awaitable[None] | None:
    """Show the old lines of a diff beside the new ones, or below them; on another tab, sort what is on the left."""
    look = explorer.browser.state.preview
    if look.tab is not Tab.DIFF:
        waiting: Awaitable[None] | None = explorer.do_in(explorer.main.NAME, "sort")
        return waiting
    look.is_beside = not look.is_beside
    if look.is_beside and not explorer.pane.is_wide_enough:
        say(explorer.app, "this pane is too narrow for a diff side by side")
    explorer.changed(Changed.PREVIEW)
    return None


def find(explorer: Explorer) -> Awaitable[None]:
    """Look for text in the file while the user types."""
    return explorer.part(ContentFinding).open()


def refuse_regex(explorer: Explorer) -> None:
    """Say that a file is not searched with a regular expression, which a hostile file can make slow."""
    say(explorer.app, "the content of a file is searched for plain text only")


def go_to_found(direction: int, explorer: Explorer) -> None:
    """Go to the next place, or to the one before."""
    if explorer.browser.state.preview.search is None:
        say(explorer.app, "there is no search; / finds text")
    explorer.part(ContentFinding).go(direction)


def copy_line(explorer: Any) -> None:
    """Copy the fact, line or row under the cursor, whole."""
    pane = explorer.pane
    is_fact = pane.body is None or pane.body_row < 0
    head = [pane.line(row, 0) for row in range(pane.cursor + 1)] if is_fact else []
    value = value_at(head, pane.cursor) if is_fact else pane.body.value(pane.body_row, pane.view)
    if value:
        copy(explorer.app, value)
    else:
        say(explorer.app, "there is no text on this row")


def open_in_pager(explorer: Explorer) -> None:
    """Open the file in the user's pager."""
    page, target = page_of(explorer), explorer.main.target
    if page and page.saved:
        name, data = page.saved
        explorer.part(Pager).open_bytes(name.encode(), data)
    elif target is None or page:
        say_nothing_selected(explorer.app)
    else:
        explorer.part(Pager).open(target)


BYTES_HELP = "show a file as hexadecimal bytes, the config as JSON, the source of the Dockerfile; or go back to text"
KEYS = (
    *IMAGE_KEYS,
    *in_section(
        Section.CONTENT,
        Key(
            "content",
            ("V", "f3"),
            partial(show_tab, Tab.CONTENT),
            "show the content of the file; in the tree, enter does the same",
            "content",
            7,
            words="preview, cat, text, hex, open",
        ),
        Key("diff", ("d",), partial(show_tab, Tab.DIFF), "show what changed in it, line by line", "diff", 7),
        Key("history", ("H",), partial(show_tab, Tab.HISTORY), "show every version of the path", words="blame, log"),
        Key("open_in_pager", ("o",), open_in_pager, "open the file in $PAGER or $EDITOR", words="less, vim"),
        Key("fold", ("F",), toggle_folding, "fold long lines, or scroll them with left and right", here=True),
        Key("beside", ("s",), toggle_beside, "show a diff side by side, or line by line", here=True, words="unified"),
        Key("bytes", ("X",), toggle_bytes, BYTES_HELP, here=True),
    ),
    Key("toggle", ("enter", "space"), choose, here=True),
    Key("open", ("right", "l"), partial(scroll, SIDEWAYS), here=True),
    Key("close", ("left", "h"), partial(scroll, -SIDEWAYS), here=True),
    Key("find", ("slash", "f", "ctrl+f"), find, here=True),
    Key("regex", (REGEX_KEY,), refuse_regex, here=True, while_typing=True),
    Key("next_match", ("n",), partial(go_to_found, 1), here=True),
    Key("previous_match", ("N",), partial(go_to_found, -1), here=True),
    Key("copy_path", ("y",), copy_line, here=True),
)
