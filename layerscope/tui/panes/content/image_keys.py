"""What the keys of the pages about the image do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layerscope.errors import LayerscopeError
from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.lines.spans import safe
from layerscope.tui.messages import PlatformWanted
from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.panes.copying import copy, say
from layerscope.tui.panes.pane import Explorer
from layerscope.tui.panes.saving import expanded
from layerscope.tui.rows.browser import image_steps
from layerscope.tui.state.attachment import Attachment
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.preview_look import Tab

if TYPE_CHECKING:
    from layerscope.blobs.platforms import PlatformChoice
    from layerscope.tui.lines.previews.page import Page


def show_page(tab: Tab, explorer: Explorer) -> None:
    """Show a page about the image; if it is shown and has the focus, close it."""
    look, state = explorer.browser.state.preview, explorer.browser.state
    if look.tab is tab and explorer.pane.NAME == "content":
        look.show(None)
        explorer.changed(Changed.PREVIEW)
        explorer.go_to(explorer.main.NAME)
        return
    look.show(tab)
    steps = image_steps(explorer.browser.history)
    look.step = steps.index(state.step) if state.step in steps else None
    explorer.changed(Changed.PREVIEW)
    explorer.go_to("content")


def go_to_step(explorer: Any) -> bool:
    """Select the step of the Dockerfile under the cursor, and go to the layers; False if there is none."""
    from layerscope.tui.lines.previews.margin_body import MarginBody  # noqa: PLC0415 - numpy loads after the first frame

    pane = explorer.pane
    if not isinstance(pane.body, MarginBody) or pane.body_row < 0:
        return False
    step = pane.body.step_at(pane.body_row, pane.view)
    if step < 0:
        return False
    explorer.browser.select_step(image_steps(explorer.browser.history)[step])
    explorer.go_to("layers")
    explorer.changed(Changed.SCOPE)
    return True


def show_platform(choice: PlatformChoice, explorer: Explorer) -> None:
    """Go to the image for a platform."""
    image = explorer.browser.session.image
    if image and image.descriptor and choice.digest == image.descriptor.digest:
        say(explorer.app, "this platform is shown already")
    elif choice.platform is None:
        say(explorer.app, "the index does not say for which platform this image is")
    else:
        explorer.post_message(PlatformWanted(choice.platform))


def toggle_source(explorer: Explorer) -> None:
    """Show the Dockerfile of the provenance, which is fetched now, or the one that the history makes."""
    look = explorer.browser.state.preview
    look.inside = () if look.inside else (0,)
    explorer.changed(Changed.PREVIEW)


def page_of(explorer: Explorer) -> Page | None:
    """The page about the image that is shown; None if there is none."""
    look, previewer = explorer.browser.state.preview, explorer.part(Previewer)
    page = previewer.page if look.tab and look.tab.is_of_image and previewer.is_current else None
    return None if isinstance(page, LayerscopeError) else page


def save(explorer: Explorer) -> Awaitable[None] | None:
    """Save the document that is shown; of a file, save the file."""
    tab = explorer.browser.state.preview.tab
    if tab is None or not tab.is_of_image:
        return explorer.do_in(explorer.main.NAME, "save")
    page = page_of(explorer)
    if page is None or page.saved is None:
        say(explorer.app, "this page has no document to save")
        return None
    return _ask(explorer, *page.saved)


async def _ask(explorer: Explorer, name: str, data: bytes) -> None:
    from layerscope.tui.panes.ask import AskScreen  # noqa: PLC0415 - rarely used

    def write(answer: str | None) -> None:
        if answer is not None:
            explorer.app.run_worker(_write(explorer, answer, data))

    await explorer.app.push_screen(AskScreen("Save", "Write the document to this new file:", name), write)


async def _write(explorer: Explorer, name: str, data: bytes) -> None:
    try:
        path = await asyncio.to_thread(_written, name, data)
    except LayerscopeError as error:
        explorer.app.notify(safe(error.message), severity="error", markup=False, timeout=8)
    else:
        explorer.app.notify(f"written to {safe(str(path))}", markup=False, timeout=5)


def _written(name: str, data: bytes) -> Path:
    """Write a new file, and return its path; an existing file is left alone."""
    from layerscope.content.output_file import check_absent, replace_file_by_chunks  # noqa: PLC0415 - rarely used

    path = expanded(name)
    check_absent(path)
    replace_file_by_chunks(path, [data], overwrite=False)
    return path


def copy_digest(explorer: Any) -> None:
    """Copy the digest of the platform or attachment under the cursor; else that of the layer."""
    from layerscope.tui.lines.previews.items_body import ItemsBody  # noqa: PLC0415 - numpy loads after the first frame

    pane = explorer.pane
    number = pane.body.item_at(pane.body_row) if isinstance(pane.body, ItemsBody) and pane.body_row >= 0 else None
    if page_of(explorer) is None or number is None:
        explorer.do_in("layers", "copy_digest")
        return
    item = pane.body.items[number]
    copy(explorer.app, str(item.entry.digest if isinstance(item, Attachment) else item.digest))


def _page_key(tab: Tab, key: str, text: str, words: str) -> Key:
    """The key that shows a page; the tab has the name of the action."""
    return Key(tab.value, (key,), partial(show_page, tab), text, words=words)


IMAGE_KEYS = (
    *in_section(
        Section.IMAGE,
        _page_key(
            Tab.DOCKERFILE,
            "R",
            "show the build as a Dockerfile; enter goes to the layer of a step, and this key goes back to the step",
            "run, history, instructions, provenance, source",
        ),
        _page_key(Tab.CONFIG, "I", "show the config", "environment, labels, json"),
        _page_key(
            Tab.PLATFORMS,
            "P",
            "list the platforms of the image; enter opens the image for the selected one",
            "architecture, switch",
        ),
        _page_key(
            Tab.REFERRERS,
            "A",
            "list what is attached to the image: signatures, SBOMs, attestations",
            "referrers, provenance, cosign",
        ),
    ),
    Key("save", ("x", "ctrl+e"), save, here=True),
    Key("copy_digest", ("Y",), copy_digest, here=True),
)
